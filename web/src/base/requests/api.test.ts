import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { request, requestLines } from './api.ts';

/** A server that answers piece by piece, and then breaks off. Resolves when nobody wants the rest any more. */
function answerIn(context: TestContext, ...pieces: readonly string[]): Promise<void> {
  const left = [...pieces];
  const { promise, resolve } = Promise.withResolvers<void>();
  const body = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        const piece = left.shift();
        if (piece === undefined) controller.error(new TypeError('terminated'));
        else controller.enqueue(new TextEncoder().encode(piece));
      },
      cancel: () => resolve(),
    },
    { highWaterMark: 0 },
  );
  context.mock.method(globalThis, 'fetch', async () => new Response(body));
  return promise;
}

const isUnreachable = ({ problem }: { problem?: { code: string } }): boolean => problem?.code === 'server_unreachable';

test('an answer that breaks off is none', async (context) => {
  void answerIn(context, '{"rooms":[');
  await assert.rejects(request('GET', '/chat/rooms'), isUnreachable);
});

test('of an answer in lines those before it broke off are there, and that it did is told', async (context) => {
  void answerIn(context, '{"n":1}\n{"n"');
  const lines: unknown[] = [];
  await assert.rejects(async () => {
    for await (const line of requestLines('/chat/search', new AbortController().signal)) lines.push(line);
  }, isUnreachable);
  assert.deepEqual(lines, [{ n: 1 }]);
});

test('whoever has enough of an answer in lines lets the server end it', async (context) => {
  const ended = answerIn(context, '{"n":1}\n', '{"n":2}\n');
  for await (const line of requestLines('/chat/search', new AbortController().signal)) {
    assert.deepEqual(line, { n: 1 });
    break;
  }
  await ended;
});
