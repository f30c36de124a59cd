import { useQuery } from '@tanstack/react-query';
import { createStore } from '../../../base/store.ts';
import { type MessageView, preferencesOptions } from '../api.ts';
import { changePreferences } from '../change-preferences.ts';
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
  await changePreferences((now) => {
    const others = now.ignored.filter((each) => each !== accountId);
    return { ...now, ignored: on ? [...others, accountId] : others };
  });
}
