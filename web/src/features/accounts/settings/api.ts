/** What the settings pages ask of the server: logins, app passwords, keys and the end of an account. */
import { queryOptions } from '@tanstack/react-query';
import type {
  AppPasswordRequest,
  AppPasswords,
  MadeAppPassword,
} from '../../../../../src/accounts/app-passwords/wire.ts';
import type { Deletion } from '../../../../../src/accounts/closing/wire.ts';
import type {
  BrowserSignUpReply,
  PasswordReply,
  PasswordRequest,
  SessionsReply,
} from '../../../../../src/accounts/wire.ts';
import { request } from '../../../base/requests/api.ts';

export type Session = SessionsReply['sessions'][number];
export type AppPassword = AppPasswords['appPasswords'][number];
export type { AppPasswordRequest, Deletion, MadeAppPassword };

export const sessionsOptions = queryOptions({
  queryKey: ['sessions'],
  queryFn: async ({ signal }) => (await request<SessionsReply>('GET', '/sessions', { signal })).sessions,
});

export function endSession(sessionId: string): Promise<void> {
  return request('DELETE', `/sessions/${encodeURIComponent(sessionId)}`);
}

export const appPasswordsOptions = queryOptions({
  queryKey: ['app-passwords'],
  queryFn: async ({ signal }) =>
    (await request<AppPasswords>('GET', '/account/app-passwords', { signal })).appPasswords,
});

export function makeAppPassword(form: AppPasswordRequest): Promise<MadeAppPassword> {
  return request('POST', '/account/app-passwords', { json: form });
}

export function revokeAppPassword(appPasswordId: string): Promise<void> {
  return request('DELETE', `/account/app-passwords/${encodeURIComponent(appPasswordId)}`);
}

export function changePassword(form: PasswordRequest): Promise<PasswordReply> {
  return request('POST', '/account/password', { json: form });
}

export function rotateAccount(password: string): Promise<BrowserSignUpReply> {
  return request('POST', '/account/rotate', { json: { password } });
}

export function deleteAccount(password: string): Promise<Deletion> {
  return request('POST', '/account/delete', { json: { password } });
}
