import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ApiClient, LiveConnection } from '../../base/commands/command.ts';
import type { HistoryReply, LiveNews, MessageView } from '../wire.ts';
import { type Followed, followRoom } from './follow.ts';

const roomId = 'room';
const said = (sequence: number): MessageView => ({ sequence, text: `${sequence}`, author: {} }) as MessageView;

/** A server that tells these one after the other and then ends everything, and has these messages. */
function scripted(told: readonly LiveNews[], messages: readonly MessageView[], over: AbortController): ApiClient {
  const page = (after: number): HistoryReply => ({
    messages: messages.filter(({ sequence }) => sequence > after),
    ...{ earlier: null, later: null, forgottenUpTo: 0, position: { epoch: 'now', sequence: 99 } },
  });
  const live: LiveConnection = {
    send: () => undefined,
    texts: (async function* () {
      for (const news of told) yield JSON.stringify({ type: 'chat', news: [news] });
      over.abort();
    })(),
    closedWith: () => 0,
    async [Symbol.asyncDispose]() {},
  };
  return {
    live: async () => live,
    get: async (path: string) => page(Number(/after=(\d+)/.exec(path)?.[1] ?? 0)),
  } as unknown as ApiClient;
}

test('whoever leaves while the connection is made is not held back by it', async () => {
  const left = new AbortController();
  let isEnded = false;
  const live = {
    send: () => undefined,
    texts: (async function* () {
      await new Promise<never>(() => undefined);
      yield '';
    })(),
    closedWith: () => 0,
    async [Symbol.asyncDispose]() {
      isEnded = true;
    },
  };
  const api = {
    async live() {
      left.abort(new Error('left'));
      return live;
    },
  } as unknown as ApiClient;
  const room = { roomId, position: { epoch: 'now', sequence: 7 } };
  await assert.rejects(followRoom({ signal: left.signal }, api, room).next(), { message: 'left' });
  assert.ok(isEnded);
});

test('a conversation whose records were put back shows a gap, and goes on from there', async () => {
  const over = new AbortController();
  const told: LiveNews[] = [
    { kind: 'sealed', roomId, position: { epoch: 'before', sequence: 7 } },
    { kind: 'sealed', roomId, position: { epoch: 'now', sequence: 3 } },
    { kind: 'sealed', roomId, position: { epoch: 'now', sequence: 4 } },
  ];
  const api = scripted(told, [1, 2, 3, 4].map(said), over);
  const heard: Followed[] = [];
  await assert.rejects(async () => {
    const room = { roomId, position: { epoch: 'before', sequence: 7 } };
    for await (const news of followRoom({ signal: over.signal }, api, room)) heard.push(news);
  });
  assert.deepEqual(
    heard.map((news) => (news.kind === 'message' ? news.message.sequence : news.kind)),
    ['preferences', 'gap', 4],
  );
});
