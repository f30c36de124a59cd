import { useMutation, useQueryClient } from '@tanstack/react-query';
import { showError, showToast } from '../../../app/toasts.ts';
import { type PreferencesReply, preferencesOptions } from '../api.ts';

/** A change of the preferences; the answer is how they are now. */
export function useChange<Change>(
  tried: string,
  act: (change: Change) => Promise<PreferencesReply>,
  done: (change: Change) => string,
) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: act,
    async onSuccess(now, change) {
      // What is being asked for may be of before.
      await queries.cancelQueries(preferencesOptions);
      queries.setQueryData(preferencesOptions.queryKey, now);
      showToast({ text: done(change) });
    },
    onError: (error) => showError(tried, error),
  });
}
