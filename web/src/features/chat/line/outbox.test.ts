import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ApiError, unreachable } from '../../../base/requests/problem.ts';
import type { MessageView, NewMessage } from '../api.ts';
import { openOutbox } from './outbox.ts';

/** A server that keeps each id once, and answers as the test says. */
function serverWith(answers: ('ok' | 'lost' | 'answer lost' | 'refused')[]) {
  const kept = new Map<string, string>();
  const asked: string[] = [];
  const later: (() => void)[] = [];
  const sent: string[] = [];
  const session = { isOver: false };
  let count = 0;
  const outbox = openOutbox({
    maySend: () => !session.isOver,
    async send(_roomId: string, { messageId, text }: NewMessage) {
      const how = answers.shift() ?? 'ok';
      asked.push(messageId);
      await Promise.resolve();
      if (how === 'lost') throw new ApiError(unreachable);
      if (how === 'refused') throw new ApiError({ ...unreachable, status: 409, code: 'chat_room_archived' });
      kept.set(messageId, text);
      if (how === 'answer lost') throw new ApiError(unreachable);
      return { messageId, text } as MessageView;
    },
    onSent: ({ text }) => void sent.push(text ?? ''),
    onChange: () => undefined,
    later: (run) => void later.push(run),
    newId: () => `id-${(count += 1)}`,
    now: () => 0,
  });
  return { outbox, session, kept, asked, sent, later, settled: () => new Promise((done) => setImmediate(done)) };
}

test('what is written without a line waits, and goes out in order when it is back', async () => {
  const { outbox, kept, later, settled } = serverWith(['lost']);
  for (const text of ['one', 'two', 'three']) outbox.add('room', { text });
  await settled();
  assert.deepEqual(
    outbox.outgoing().map(({ state }) => state),
    ['waiting', 'waiting', 'waiting'],
  );
  assert.equal(later.length, 1, 'it is tried again by itself');
  outbox.goOn();
  await settled();
  assert.deepEqual([...kept.values()], ['one', 'two', 'three']);
  assert.deepEqual(outbox.outgoing(), []);
});

test('when only the answer was lost, it is sent again under the same id and is one message', async () => {
  const { outbox, kept, asked, settled } = serverWith(['answer lost']);
  outbox.add('room', { text: 'once' });
  await settled();
  outbox.goOn();
  await settled();
  assert.deepEqual(asked, ['id-1', 'id-1']);
  assert.deepEqual([...kept.values()], ['once']);
});

test('what the server refuses stays with its reason, holds up nobody, and goes out when it is retried', async () => {
  const { outbox, sent, settled } = serverWith(['refused']);
  const id = outbox.add('room', { text: 'refused' });
  outbox.add('room', { text: 'next' });
  await settled();
  assert.deepEqual(sent, ['next']);
  assert.deepEqual(
    outbox.outgoing().map(({ state, problem }) => [state, problem?.code]),
    [['failed', 'chat_room_archived']],
  );
  outbox.retry(id);
  await settled();
  assert.deepEqual(sent, ['next', 'refused']);
});

test('a message that comes back by the live connection first is not sent again', async () => {
  const { outbox, asked, settled } = serverWith(['answer lost']);
  const id = outbox.add('room', { text: 'once' });
  await settled();
  outbox.arrived(id);
  outbox.goOn();
  await settled();
  assert.equal(asked.length, 1);
  assert.deepEqual(outbox.outgoing(), []);
});

test('once the session is over nothing is sent, whoever logs in, until the page goes on for the same person', async () => {
  const { outbox, session, kept, later, settled } = serverWith(['lost']);
  outbox.add('room', { text: 'one' });
  await settled();
  session.isOver = true;
  for (const run of later) run();
  outbox.add('another', { text: 'two' });
  await settled();
  assert.deepEqual([...kept.values()], []);
  session.isOver = false;
  outbox.goOn();
  await settled();
  assert.deepEqual([...kept.values()], ['one', 'two']);
});
