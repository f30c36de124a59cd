import { useQuery } from '@tanstack/react-query';
import { queryClient } from '../../../app/query-client.ts';
import { createStore } from '../../../base/store.ts';
import { type MessageView, preferencesOptions, roomsOptions, setPreferences } from '../api.ts';
import { placeOfMessage } from './left-out.ts';

const NOBODY: readonly string[] = [];

/** Whom this person ignores, by account. */
export function useIgnored(): readonly string[] {
  return useQuery(preferencesOptions).data?.ignored ?? NOBODY;
}

/** Messages of people who are ignored that are looked at all the same, until the page is closed. */
export const lookedAt = createStore<ReadonlySet<string>>(new Set());

export function lookAt(messages: readonly MessageView[]): void {
  lookedAt.set((now) => new Set([...now, ...messages.map(placeOfMessage)]));
}

/** From now on somebody's messages are left out for this person, or not any more. */
export async function setIgnored(accountId: string, on: boolean): Promise<void> {
  const now = await queryClient.query({ ...preferencesOptions, staleTime: 0 });
  const others = now.ignored.filter((each) => each !== accountId);
  const next = await setPreferences({ ...now, ignored: on ? [...others, accountId] : others });
  queryClient.setQueryData(preferencesOptions.queryKey, next);
  // What is not read is counted without them.
  void queryClient.invalidateQueries(roomsOptions);
}
