/** What the pages about people ask of the server: who is here, who may come, and what the workspace is set to. */
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import type { Reset } from '../../../../../src/accounts/closing/wire.ts';
import type { Rotation, WorkspaceKey } from '../../../../../src/accounts/keys/wire.ts';
import type {
  InviteRequest,
  Invites,
  MadeInvite,
  People,
  Person,
  SettingRequest,
  WorkspaceSettings,
} from '../../../../../src/accounts/people/wire.ts';
import { request } from '../../../base/requests/api.ts';

export type Invite = Invites['invites'][number];
export type { InviteRequest, MadeInvite, Person, Reset };

const page = (after: string): string => (after === '' ? '' : `?after=${encodeURIComponent(after)}`);

export const peopleOptions = infiniteQueryOptions({
  queryKey: ['people'],
  queryFn: ({ signal, pageParam }) => request<People>('GET', `/people${page(pageParam)}`, { signal }),
  initialPageParam: '',
  getNextPageParam: ({ next }) => next,
});

/** The password is asked for where an admin comes of it. */
export function changeRole(accountId: string, role: Person['role'], password?: string): Promise<Person> {
  const json = { role, ...(password === undefined ? {} : { password }) };
  return request('POST', `/people/${encodeURIComponent(accountId)}/role`, { json });
}

export function disablePerson(accountId: string): Promise<Person> {
  return request('POST', `/people/${encodeURIComponent(accountId)}/disable`);
}

/** The password is asked for where it is an admin. */
export function enablePerson(accountId: string, password?: string): Promise<Person> {
  const json = password === undefined ? {} : { password };
  return request('POST', `/people/${encodeURIComponent(accountId)}/enable`, { json });
}

export function resetPerson(accountId: string, password: string): Promise<Reset> {
  return request('POST', `/people/${encodeURIComponent(accountId)}/reset`, { json: { password } });
}

export const invitesOptions = infiniteQueryOptions({
  queryKey: ['invites'],
  queryFn: ({ signal, pageParam }) => request<Invites>('GET', `/invites${page(pageParam)}`, { signal }),
  initialPageParam: '',
  getNextPageParam: ({ next }) => next,
});

export function makeInvite(form: InviteRequest): Promise<MadeInvite> {
  return request('POST', '/invites', { json: form });
}

export function revokeInvite(inviteId: string): Promise<void> {
  return request('DELETE', `/invites/${encodeURIComponent(inviteId)}`);
}

export const workspaceSettingsOptions = queryOptions({
  queryKey: ['workspace-settings'],
  queryFn: async ({ signal }) => (await request<WorkspaceSettings>('GET', '/admin/settings', { signal })).settings,
});

export function changeSetting(form: SettingRequest): Promise<void> {
  return request('POST', '/admin/settings', { json: form });
}

export const workspaceKeyOptions = queryOptions({
  queryKey: ['workspace-key'],
  queryFn: ({ signal }) => request<WorkspaceKey>('GET', '/admin/workspace-key', { signal }),
});

export function rotateWorkspaceKey(password: string): Promise<Rotation> {
  return request('POST', '/admin/workspace-key/rotate', { json: { password } });
}
