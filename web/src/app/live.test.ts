import assert from 'node:assert/strict';
import { test } from 'node:test';
import { QueryClient, QueryObserver } from '@tanstack/react-query';
import { followLive, waitMs } from './live.ts';

test('a connection that breaks is made anew after a while that grows up to a minute, and not by all at once', () => {
  assert.deepEqual(
    [1, 2, 3].map((failures) => waitMs(failures, 1)),
    [1000, 2000, 4000],
  );
  assert.equal(waitMs(1, 0), 500);
  assert.equal(waitMs(50, 1), 60_000);
});

test('what changed before the connection was ready is asked for once it is: it was told to nobody', async (context) => {
  const sockets: EventTarget[] = [];
  class Socket extends EventTarget {
    constructor() {
      super();
      sockets.push(this);
    }
    close(): void {}
  }
  Object.assign(globalThis, { WebSocket: Socket, location: { href: 'http://localhost/' }, addEventListener: () => 0 });
  Object.assign(globalThis, { removeEventListener: () => 0 });
  const queries = new QueryClient();
  let entry = 'as it was';
  const queryFn = async (): Promise<string> => await Promise.resolve(entry);
  const shown = new QueryObserver(queries, { queryKey: ['folder', 'drive', 'root'], queryFn, staleTime: Infinity });
  context.after(shown.subscribe(() => undefined));
  await queries.query(shown.options);
  using _ = followLive(queries);
  entry = 'as it is';
  sockets[0]?.dispatchEvent(new MessageEvent('message', { data: '{"type":"ready"}' }));
  await queries.query(shown.options);
  assert.equal(shown.getCurrentResult().data, 'as it is');
});
