import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { keptPicture, loadPicture } from './kept-pictures.ts';

const PIXEL = Buffer.from('89504e470d0a1a0a0000000d494844520000000100000001', 'hex');

/** A server that answers when it is told to. */
function serve(context: TestContext) {
  const asked: { readonly path: string; readonly signal: AbortSignal; readonly answer: (bytes: Buffer) => void }[] = [];
  const revoked = context.mock.method(URL, 'revokeObjectURL');
  context.mock.method(globalThis, 'fetch', async (path: string, { signal }: { signal: AbortSignal }) => {
    const { promise, resolve, reject } = Promise.withResolvers<Response>();
    signal.addEventListener('abort', () => reject(signal.reason as Error));
    asked.push({ path, signal, answer: (bytes) => resolve(new Response(new Uint8Array(bytes))) });
    return await promise;
  });
  return { asked, revoked: () => revoked.mock.calls.map(({ arguments: [url] }) => url) };
}

test('a picture that nobody waits for any more is not loaded to its end, and one that somebody still wants is', async (context) => {
  const { asked } = serve(context);
  const [one, other, again] = [new AbortController(), new AbortController(), new AbortController()];
  const first = loadPicture('/passed', one.signal);
  const second = loadPicture('/passed', other.signal);
  one.abort();
  assert.equal(asked.length, 1);
  assert.equal(asked[0]?.signal.aborted, false, 'the other one waits');
  other.abort();
  assert.equal(asked[0]?.signal.aborted, true);
  const third = loadPicture('/passed', again.signal);
  for (const each of [first, second]) await assert.rejects(each, { name: 'AbortError' });
  asked[1]?.answer(PIXEL);
  assert.equal((await third).state, 'shown');
  assert.equal(keptPicture('/passed')?.state, 'shown');
  again.abort();
});

test('what is shown keeps its URL, however many come; of what is not, the oldest go', async (context) => {
  const { asked, revoked } = serve(context);
  const shown = new AbortController();
  const show = async (path: string, left: AbortSignal) => {
    const coming = loadPicture(path, left);
    await turn();
    asked.at(-1)?.answer(PIXEL);
    const picture = await coming;
    assert.equal(picture.state, 'shown');
    return picture.url;
  };
  const url = await show('/shown', shown.signal);
  for (let count = 0; count < 100; count += 1) {
    const left = new AbortController();
    await show(`/many/${count}`, left.signal);
    left.abort();
  }
  assert.equal(keptPicture('/shown')?.state, 'shown');
  assert.ok(!revoked().includes(url));
  assert.equal(keptPicture('/many/0'), undefined);
  assert.ok(keptPicture('/many/99'));
  shown.abort();
  assert.ok(keptPicture('/shown'), 'scrolling back shows it at once');
});
