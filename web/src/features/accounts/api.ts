/** Everything about accounts that the pages ask of the server. */
import { queryOptions, useQuery } from '@tanstack/react-query';
import type {
  BrowserLogInReply,
  BrowserSignUpReply,
  FeedbackReply,
  FeedbackRequest,
  LogInRequest,
  RecoveryRequest,
  SignUpFacts,
  SignUpRequest,
  WhoAmIReply,
} from '../../../../src/accounts/wire.ts';
import { request } from '../../base/requests/api.ts';
import { ApiError, notSignedIn } from '../../base/requests/problem.ts';
import { holdsSession, noteSession } from './held-session.ts';
import { deviceName } from './device-name.ts';

export type { FeedbackReply, FeedbackRequest, SignUpFacts, WhoAmIReply };

/** As the server says now. */
export async function whoIsLoggedIn(signal?: AbortSignal): Promise<WhoAmIReply> {
  return await request<WhoAmIReply>('GET', '/account', {
    ...(signal ? { signal } : {}),
    mayBeSignedOut: true,
  });
}

/** Who is logged in here. Refused with `not_signed_in` or `session_invalid` when nobody is. */
export const meOptions = queryOptions({
  queryKey: ['me'],
  queryFn: async ({ signal }) => {
    if (!holdsSession()) throw new ApiError(notSignedIn);
    return await whoIsLoggedIn(signal);
  },
  staleTime: 60_000,
});

export function useMe(): WhoAmIReply | undefined {
  return useQuery(meOptions).data;
}

export const signUpFactsOptions = queryOptions({
  queryKey: ['sign-up-facts'],
  queryFn: ({ signal }) => request<SignUpFacts>('GET', '/accounts/sign-up', { signal, mayBeSignedOut: true }),
});

/** The server keeps the session's token from every script: it comes as a cookie. */
const session = 'cookie';
/** How the others are told apart in the list of sessions. */
const device = deviceName(navigator.userAgent);
const open = { mayBeSignedOut: true } as const;

export async function logIn(form: Pick<LogInRequest, 'email' | 'password'>): Promise<BrowserLogInReply> {
  return noteSession(
    await request<BrowserLogInReply>('POST', '/sessions', {
      json: { ...form, device, session } satisfies LogInRequest,
      ...open,
    }),
  );
}

export async function signUp(form: Omit<SignUpRequest, 'session' | 'device'>): Promise<BrowserSignUpReply> {
  return noteSession(
    await request<BrowserSignUpReply>('POST', '/accounts', {
      json: { ...form, device, session } satisfies SignUpRequest,
      ...open,
    }),
  );
}

export async function recover(
  form: Pick<RecoveryRequest, 'email' | 'recoveryKey' | 'newPassword'>,
): Promise<BrowserLogInReply> {
  return noteSession(
    await request<BrowserLogInReply>('POST', '/account/recovery', {
      json: { ...form, device, session } satisfies RecoveryRequest,
      ...open,
    }),
  );
}

export function logOut(): Promise<void> {
  return request('DELETE', '/sessions/current', open);
}

export function confirmKit(): Promise<void> {
  return request('POST', '/account/kit/confirm');
}

export function passwordFeedback(asked: FeedbackRequest, signal: AbortSignal): Promise<FeedbackReply> {
  return request('POST', '/account/password-feedback', { json: asked, signal, ...open });
}
