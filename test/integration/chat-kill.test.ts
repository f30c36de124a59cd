/** A server that is killed in the midst of a burst: nothing that was acknowledged is gone, nothing is there twice. */
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import type { HistoryReply, LiveNews, MessageView, Position, RoomsReply } from '../../src/chat/wire.ts';
import { launcher } from '../support/clients/cli-person.ts';
import { connectLive } from '../support/clients/live-client.ts';
import { freePort, type ServerProcess, spawnServer } from '../support/servers/process.ts';

const SENDERS = 8;
const EACH = 40;
const KILLS = 2;

test('a burst over servers that are killed is there once, without a gap, for whoever listens too', async (t) => {
  const dataFolder = await mkdtemp(join(tmpdir(), 'holdfast-chat-kill-'));
  t.after(() => rm(dataFolder, { recursive: true, force: true }));
  const port = await freePort();
  const env = { HOLDFAST_LOG_LEVEL: 'error', HOLDFAST_CHAT_LINE_PORT: '0' };
  const serve = (): ServerProcess => spawnServer({ launcher: [launcher], dataFolder, port, env });
  let server = serve();
  t.after(() => server.child.kill('SIGKILL'));
  await server.ready;
  const { url } = server;

  const call = async <Reply>(method: string, path: string, token: string | null, json?: unknown): Promise<Reply> => {
    const response = await fetch(`${url}/api/v1${path}`, {
      method,
      headers: {
        'content-type': 'application/json',
        ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      },
      ...(json === undefined ? {} : { body: JSON.stringify(json) }),
    });
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}`);
    return (await response.json()) as Reply;
  };
  const setupCode = (await readFile(join(dataFolder, 'setup-code'), 'utf8')).trim();
  const person = { name: 'Ada', email: 'ada@example.org', password: 'seven quiet herons at dusk', setupCode };
  const { token } = await call<{ token: string }>('POST', '/accounts', null, person);
  const [general] = (await call<RoomsReply>('GET', '/chat/rooms', token)).rooms;
  assert.ok(general);
  const { roomId } = general;

  /** Again until it is answered, as every client does. */
  const untilDone = async <Reply>(act: () => Promise<Reply>): Promise<Reply> => {
    for (;;) {
      try {
        return await act();
      } catch {
        await pause(20);
      }
    }
  };

  const heard: number[] = [];
  const total = SENDERS * EACH;
  let position: Position = general.position;
  const listening = (async () => {
    while (heard.length < total) {
      await untilDone(async () => {
        await using live = await connectLive(url, { authorization: `Bearer ${token}` });
        live.send(JSON.stringify({ type: 'chat.listen', rooms: [{ roomId, ...position }] }));
        while (heard.length < total) {
          const { news } = (await live.next(({ type }) => type === 'chat')) as unknown as { news: LiveNews[] };
          for (const each of news) {
            assert.ok(each.kind !== 'subscribed' || each.recovered);
            if (each.kind !== 'event') continue;
            heard.push(each.sequence);
            position = { ...position, sequence: each.sequence };
          }
        }
      });
    }
  })();

  let acknowledged = 0;
  const answers = new Map<string, number>();
  const senders = Array.from({ length: SENDERS }, async (_, sender) => {
    for (let n = 0; n < EACH; n++) {
      const messageId = `sender-${sender}-message-${n}`;
      const message = { text: `${sender} ${n}`, messageId };
      const { sequence } = await untilDone(() =>
        call<MessageView>('POST', `/chat/rooms/${roomId}/messages`, token, message),
      );
      answers.set(messageId, sequence);
      acknowledged += 1;
    }
  });
  for (let kill = 1; kill <= KILLS; kill++) {
    while (acknowledged < (kill * total) / (KILLS + 1)) await pause(1);
    server.child.kill('SIGKILL');
    await server.ended;
    server = serve();
    await server.ready;
  }
  await Promise.all([...senders, listening]);

  const all: MessageView[] = [];
  for (let after: number | null = 0; after !== null;) {
    const path: string = `/chat/rooms/${roomId}/messages?limit=200&after=${after}`;
    const page: HistoryReply = await call<HistoryReply>('GET', path, token);
    all.push(...page.messages);
    after = page.later;
  }
  const expected = Array.from({ length: total }, (_, index) => index + 1);
  assert.deepEqual(
    all.map(({ sequence }) => sequence),
    expected,
  );
  assert.deepEqual(new Map(all.map(({ messageId, sequence }) => [messageId ?? '', sequence])), answers);
  assert.deepEqual(heard, expected);
});
