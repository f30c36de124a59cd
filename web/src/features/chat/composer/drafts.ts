import { isLeavingEverything } from '../../accounts/leave.ts';
import type { MessageView } from '../api.ts';

/**
 * What somebody began to write, by room and thread, or by the message that is edited. It is as secret as what is sent,
 * so that it stays in the memory of this tab: nothing of it is on the disk, and it goes when somebody logs out, or when
 * the tab is closed or loaded anew: the browser asks before it does that.
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

type Edited = Pick<MessageView, 'roomId' | 'sequence' | 'text'>;

const keyOfEdit = ({ roomId, sequence }: Edited): string => `${roomId} edit ${sequence}`;

/** Its text as it is, unless another was begun. */
export function editDraftOf(message: Edited): string {
  return drafts.get(keyOfEdit(message)) ?? message.text ?? '';
}

export function keepEditDraft(message: Edited, text: string): void {
  if (text === message.text) dropEditDraft(message);
  else drafts.set(keyOfEdit(message), text);
}

/** Once it is saved, or given up. */
export function dropEditDraft(message: Edited): void {
  drafts.delete(keyOfEdit(message));
}

addEventListener('beforeunload', (event) => {
  if (!isLeavingEverything() && [...drafts.values()].some((text) => text.trim() !== '')) event.preventDefault();
});
