import { useMutation, useQueryClient } from '@tanstack/react-query';
import { showError, showToast } from '../../../app/toasts.ts';
import { keepAnswer } from '../../../base/requests/keep-answer.ts';
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
      await keepAnswer(queries, preferencesOptions, now);
      showToast({ text: done(change) });
    },
    onError: (error) => showError(tried, error),
  });
}
