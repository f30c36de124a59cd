import assert from 'node:assert/strict';
import { afterEach, test, type TestContext } from 'node:test';
import { request, requestBytes, requestLines } from './api.ts';
import { changingSession, sessionEnded } from './session.ts';

afterEach(() => {
  changingSession.set(false);
  sessionEnded.set(false);
});

/** A server that answers when it is told to, and leaves alone what the browser has taken back. */
function serve(context: TestContext) {
  const asked: { readonly path: string; readonly answer: (status?: number, body?: unknown) => void }[] = [];
  const waiting: (() => void)[] = [];
  context.mock.method(globalThis, 'fetch', (address: string, { signal }: RequestInit) => {
    const { promise, resolve, reject } = Promise.withResolvers<Response>();
    const takeBack = (): void => reject(new DOMException('taken back', 'AbortError'));
    if (signal?.aborted) takeBack();
    signal?.addEventListener('abort', takeBack);
    const answer = (status = 200, body: unknown = []): void => resolve(Response.json(body, { status }));
    asked.push({ path: address.slice('/api/v1'.length), answer });
    waiting.shift()?.();
    return promise;
  });
  const next = (): Promise<void> => new Promise((resolve) => waiting.push(resolve));
  return { paths: () => asked.map(({ path }) => path), last: () => asked.at(-1)!, next };
}

/** Whatever could be sent by then is sent. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('nothing is read while the session ends, and all of it once it turned out to go on', async (context) => {
  const server = serve(context);
  changingSession.set(true);
  const reads = Promise.all([
    request('GET', '/chat/rooms'),
    requestBytes('/files/1'),
    Array.fromAsync(requestLines('/chat/search', new AbortController().signal)),
  ]);
  await turn();
  assert.deepEqual(server.paths(), []);
  context.mock.restoreAll();
  context.mock.method(globalThis, 'fetch', async () => await Promise.resolve(new Response('[]')));
  changingSession.set(false);
  assert.deepEqual((await reads)[0], []);
});

test('what is under way when the session changes is taken back, and asked in the next one', async (context) => {
  const server = serve(context);
  const again = server.next();
  const read = request('GET', '/chat/rooms');
  await again;
  changingSession.set(true);
  server.last().answer(401, { code: 'session_invalid' });
  await turn();
  assert.deepEqual(server.paths(), ['/chat/rooms']);
  const asked = server.next();
  changingSession.set(false);
  await asked;
  server.last().answer(200, ['room']);
  assert.deepEqual(await read, ['room']);
  assert.equal(sessionEnded.get(), false);
});

test('the end of a session itself is sent, and so is a question that needs none', async (context) => {
  const server = serve(context);
  changingSession.set(true);
  void request('DELETE', '/sessions/current');
  void request('GET', '/accounts/sign-up', { mayBeSignedOut: true });
  assert.deepEqual(server.paths(), ['/sessions/current', '/accounts/sign-up']);
  await turn();
});

test('nobody waits any more for what is not wanted any more', async (context) => {
  serve(context);
  changingSession.set(true);
  const wanted = new AbortController();
  const read = request('GET', '/chat/rooms', { signal: wanted.signal });
  wanted.abort();
  await assert.rejects(read, { name: 'AbortError' });
});
