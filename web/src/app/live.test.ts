import assert from 'node:assert/strict';
import { test } from 'node:test';
import { QueryClient, QueryObserver } from '@tanstack/react-query';
import { changingSession } from '../base/requests/session.ts';
import { followLive, waitMs } from './live.ts';

test('a connection that breaks is made anew after a while that grows up to a minute, and not by all at once', () => {
  assert.deepEqual(
    [1, 2, 3].map((failures) => waitMs(failures, 1)),
    [1000, 2000, 4000],
  );
  assert.equal(waitMs(1, 0), 500);
  assert.equal(waitMs(50, 1), 60_000);
});

class Socket extends EventTarget {
  static readonly CONNECTING = 0;
  readyState = Socket.CONNECTING;
  close(): void {
    this.readyState = 2;
  }
}

/** Those that a page has opened, none of which is answered by itself. */
function browserWithSockets(): Socket[] {
  const opened: Socket[] = [];
  class Kept extends Socket {
    constructor() {
      super();
      opened.push(this);
    }
  }
  const listening = { addEventListener: () => undefined, removeEventListener: () => undefined };
  Object.assign(globalThis, { WebSocket: Kept, location: { href: 'http://localhost/' }, ...listening });
  return opened;
}

test('what changed before the connection was ready is asked for once it is: it was told to nobody', async (context) => {
  const sockets = browserWithSockets();
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

test('a connection that is being made when the session changes is called off, and made in the next one', () => {
  const sockets = browserWithSockets();
  using _ = followLive(new QueryClient());
  changingSession.set(true);
  assert.deepEqual(
    sockets.map(({ readyState }) => readyState),
    [2],
  );
  changingSession.set(false);
  assert.equal(sockets.length, 2);
});
