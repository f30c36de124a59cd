import { queryClient } from '../../app/query-client.ts';
import { preferencesOptions, setPreferences } from './api.ts';

/** From now on somebody's messages are left out for this person, or not any more. */
export async function setIgnored(accountId: string, on: boolean): Promise<void> {
  const now = await queryClient.query({ ...preferencesOptions, staleTime: 0 });
  const others = now.ignored.filter((each) => each !== accountId);
  const next = await setPreferences({ ...now, ignored: on ? [...others, accountId] : others });
  queryClient.setQueryData(preferencesOptions.queryKey, next);
}
