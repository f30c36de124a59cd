/**
 * A removed message is gone for good, so that it is only hidden here at first: as long as the way back is offered, nothing has
 * happened. Whoever leaves the page meanwhile has meant it.
 */
import { dismissToast, showError, showToast, TOAST_MS } from '../../../app/toasts.ts';
import { createStore } from '../../../base/store.ts';
import { finishBeforeSessionEnds } from '../../accounts/leave.ts';
import { type MessageId, removeMessage } from '../api.ts';
import { timelines } from '../timeline/timelines.ts';
import { withMessage } from '../timeline/timeline.ts';

/** Hidden, and not yet removed. */
export const hidden = createStore<readonly MessageId[]>([]);
const waiting = new Map<MessageId, () => Promise<void>>();

export function removeSoon(id: MessageId): void {
  hidden.set((now) => [...now, id]);
  const toast = showToast({ text: 'Message removed.', undo: () => forget(id) });
  const now = async (): Promise<void> => {
    if (!waiting.delete(id)) return;
    dismissToast(toast);
    await remove(id);
  };
  waiting.set(id, now);
  setTimeout(() => void now(), TOAST_MS);
}

function forget(id: MessageId): void {
  waiting.delete(id);
  hidden.set((now) => now.filter((each) => each !== id));
}

async function remove(id: MessageId): Promise<void> {
  try {
    const removed = await removeMessage(id);
    timelines.change(id.roomId, (timeline) => withMessage(timeline, removed, false));
  } catch (error) {
    showError('Remove the message', error);
  } finally {
    forget(id);
  }
}

const removeNow = (): Promise<unknown> => Promise.all([...waiting.values()].map((now) => now()));
addEventListener('pagehide', () => void removeNow());
finishBeforeSessionEnds(removeNow);
