/** Where the stores of the workspace lie, and where they move. */
import { queryOptions } from '@tanstack/react-query';
import { request } from '../../../base/requests/api.ts';

export interface StoreMove {
  /** URL of the new place, without secrets. */
  readonly to: string;
  readonly state: 'copying' | 'ready';
  readonly startedTime: string;
  /** The first brings everything, later ones what has changed since. */
  readonly pass: number;
  readonly seen: number;
  readonly seenBytes: number;
  /** `null` while that is being counted. */
  readonly total: { readonly objects: number; readonly bytes: number } | null;
  /** Objects that no store has a good copy of. */
  readonly damaged: number;
  /** Why the last attempt failed; it goes on by itself. */
  readonly lastCode: string | null;
}

export interface Store {
  readonly name: 'primary' | 'backup';
  readonly url: string;
  readonly move: StoreMove | null;
}

interface Stores {
  readonly stores: readonly Store[];
}

const MOVING_MS = 2000;

/** A move is followed closely, a store that stays is not. */
export const storesOptions = queryOptions({
  queryKey: ['stores'],
  queryFn: async ({ signal }) => (await request<Stores>('GET', '/admin/stores', { signal })).stores,
  refetchInterval: ({ state }) => (state.data?.some(({ move }) => move) ? MOVING_MS : false),
});

export async function beginMove(
  name: Store['name'],
  json: { readonly url: string; readonly password: string },
): Promise<readonly Store[]> {
  return (await request<Stores>('POST', `/admin/stores/${name}/move`, { json })).stores;
}

export async function callOffMove(name: Store['name']): Promise<readonly Store[]> {
  return (await request<Stores>('DELETE', `/admin/stores/${name}/move`)).stores;
}
