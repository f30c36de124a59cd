import { isLeavingEverything } from '../../accounts/leave.ts';

/**
 * What somebody began to write, by room and thread. It is as secret as what is sent, so that it stays in the memory of this tab:
 * nothing of it is on the disk, and it goes when somebody logs out, or when the tab is closed or loaded anew: the
 * browser asks before it does that.
 */
const drafts = new Map<string, string>();

const keyOf = (roomId: string, thread: number | undefined): string => `${roomId} ${thread ?? ''}`;

export function draftOf(roomId: string, thread?: number): string {
  return drafts.get(keyOf(roomId, thread)) ?? '';
}

export function keepDraft(roomId: string, thread: number | undefined, text: string): void {
  if (text === '') drafts.delete(keyOf(roomId, thread));
  else drafts.set(keyOf(roomId, thread), text);
}

addEventListener('beforeunload', (event) => {
  if (!isLeavingEverything() && [...drafts.values()].some((text) => text.trim() !== '')) event.preventDefault();
});
