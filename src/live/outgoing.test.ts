import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openOutgoing } from './outgoing.ts';

const entries = (folderId: string) => ({ type: 'entries', driveId: 'd', folderId }) as const;

/** A client that takes a message only when it is let. */
function slowPeer() {
  const sent: string[] = [];
  const waiting: (() => void)[] = [];
  return {
    sent,
    send: (text: string): Promise<void> => {
      sent.push(text);
      return new Promise((resolve) => waiting.push(resolve));
    },
    /** Takes what is on its way, and what follows of it. */
    async take(): Promise<void> {
      while (waiting.length > 0) {
        waiting.shift()?.();
        await new Promise(setImmediate);
      }
    },
  };
}

test('equal changes wait as one, different ones in their order', async () => {
  const peer = slowPeer();
  using outgoing = openOutgoing(peer, { maxQueued: 10, gatherMs: 0 });
  for (const id of ['a', 'b', 'b', 'c', 'b', 'a']) outgoing.tell(entries(id));
  await peer.take();
  assert.deepEqual(
    peer.sent.map((text) => (JSON.parse(text) as { folderId: string }).folderId),
    // The first went out before the others came.
    ['a', 'b', 'c', 'a'],
  );
});

test('a slow client costs bounded memory, and is told to look at everything anew', async () => {
  const peer = slowPeer();
  using outgoing = openOutgoing(peer, { maxQueued: 5, gatherMs: 0 });
  for (let n = 0; n < 10_000; n++) outgoing.tell(entries(String(n)));
  outgoing.tell({ type: 'pong' });
  assert.equal(peer.sent.length, 1);
  await peer.take();
  assert.deepEqual(peer.sent.slice(1), ['{"type":"resync"}', '{"type":"pong"}']);
  outgoing.tell(entries('later'));
  assert.equal(peer.sent.length, 4, 'and goes on to hear of what comes after');
  await peer.take();
});

test('an ended connection is sent nothing more', async () => {
  const sent: string[] = [];
  const outgoing = openOutgoing(
    {
      send: async (text) => {
        sent.push(text);
        throw new Error('gone');
      },
    },
    { maxQueued: 5, gatherMs: 0 },
  );
  outgoing.tell(entries('a'));
  await new Promise(setImmediate);
  outgoing.tell(entries('b'));
  assert.equal(sent.length, 1);
  outgoing[Symbol.dispose]();
});
