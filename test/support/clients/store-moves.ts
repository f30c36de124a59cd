/** Moves of stores, over HTTP. */
import assert from 'node:assert/strict';
import type { SignedUp, StartedServer } from '../servers/start-server.ts';

export interface SeenMove {
  readonly state: 'copying' | 'ready';
  readonly damaged: number;
  readonly lastCode: string | null;
  readonly readyTime: string | null;
}

type Callable = Pick<StartedServer, 'call'>;
type Stores = { readonly stores: readonly { readonly name: string; readonly move: SeenMove | null }[] };

export async function moveStore(server: Callable, me: SignedUp, name: string, url: string): Promise<void> {
  const json = { url, password: me.password };
  const answer = await server.call('POST', `/api/v1/admin/stores/${name}/move`, { token: me.token, json });
  assert.equal(answer.status, 202, await answer.text());
}

export async function moveOf(server: Callable, token: string, name: string): Promise<SeenMove | null> {
  const { stores } = (await (await server.call('GET', '/api/v1/admin/stores', { token })).json()) as Stores;
  return stores.find((store) => store.name === name)?.move ?? null;
}

/** Asks until it is so. */
export async function untilReady(server: Callable, token: string, name: string): Promise<SeenMove> {
  for (;;) {
    const move = await moveOf(server, token, name);
    if (move?.state === 'ready') return move;
    assert.ok(move, 'the move was called off');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
