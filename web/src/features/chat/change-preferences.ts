import { queryClient } from '../../app/query-client.ts';
import { keepAnswer } from '../../base/requests/keep-answer.ts';
import { type ChatPreferences, preferencesOptions, roomsOptions, setPreferences } from './api.ts';

let last: Promise<unknown> = Promise.resolve();

/**
 * Changes what this person has chosen, from what it is now. One change after the other: they are written as a whole, and two at once
 * would begin with the same, so that one of them got lost.
 */
export function changePreferences(change: (now: ChatPreferences) => ChatPreferences): Promise<ChatPreferences> {
  const changed = last.then(async () => {
    // What is being asked for may be of before the change before.
    await queryClient.cancelQueries(preferencesOptions);
    const now = await queryClient.query({ ...preferencesOptions, staleTime: 0 });
    const next = await setPreferences(change(now));
    await keepAnswer(queryClient, preferencesOptions, next);
    // What is not read is counted by them.
    void queryClient.invalidateQueries(roomsOptions);
    return next;
  });
  last = changed.catch(() => undefined);
  return changed;
}
