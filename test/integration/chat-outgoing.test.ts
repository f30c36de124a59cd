/** Outgoing webhooks of a room, to a real receiver on this machine, which the operator has allowed. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { Webhook } from 'standardwebhooks';
import type { HistoryReply, MadeBotReply, MadeOutgoingReply, RoomsReply } from '../../src/chat/wire.ts';
import { startServer } from '../support/servers/start-server.ts';

test('a program hears what was said, signed, and its answer is said by its bot; inner addresses are refused unless allowed', async () => {
  const heard: { readonly headers: IncomingHttpHeaders; readonly body: string }[] = [];
  const receiver = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (part: string) => (body += part));
    request.on('end', () => {
      heard.push({ headers: request.headers, body });
      response.writeHead(200, { 'content-type': 'application/json' }).end('{"text":"Deploying *now*"}');
    });
  });
  receiver.listen(0, '127.0.0.1');
  await once(receiver, 'listening');
  const { port } = receiver.address() as AddressInfo;
  try {
    await using server = await startServer({ environment: { HOLDFAST_WEBHOOK_NETWORKS: '127.0.0.1' } });
    const { token } = await server.signUp({ name: 'Ada' });
    const call = async <Reply>(method: string, path: string, json?: unknown): Promise<Reply> => {
      const response = await server.call(method, `/api/v1/chat${path}`, {
        token,
        ...(json === undefined ? {} : { json }),
      });
      assert.ok(response.ok, `${method} ${path}: ${await response.clone().text()}`);
      return (await response.json()) as Reply;
    };
    const room = `/rooms/${(await call<RoomsReply>('GET', '/rooms')).rooms[0]?.roomId}`;
    const { bot } = await call<MadeBotReply>('POST', `${room}/bots`, { name: 'Deploy', access: 'both' });
    const path = `${room}/bots/${bot.botId}/outgoing`;
    const refused = await server.call('POST', `/api/v1/chat${path}`, {
      token,
      json: { url: 'http://169.254.169.254/x' },
    });
    assert.equal(((await refused.json()) as { code: string }).code, 'channel_destination_invalid');
    const url = `http://127.0.0.1:${port}/hook`;
    const { secret } = await call<MadeOutgoingReply>('POST', path, { url, triggers: ['!deploy'] });
    await call('POST', `${room}/messages`, { text: 'hello' });
    await call('POST', `${room}/messages`, { text: '!deploy main' });
    for (;;) {
      const { messages } = await call<HistoryReply>('GET', `${room}/messages`);
      if (messages.length < 3) await pause(20);
      else {
        assert.deepEqual(
          messages.map(({ text, author }) => [text, author.handle]),
          [
            ['hello', 'ada'],
            ['!deploy main', 'ada'],
            ['Deploying *now*', 'Deploy'],
          ],
        );
        break;
      }
    }
    const [request, ...more] = heard;
    assert.deepEqual(more, []);
    const payload = new Webhook(secret).verify(request?.body ?? '', request?.headers as Record<string, string>);
    const { type, data } = payload as { type: string; data: { room: string; message: { text: string } } };
    assert.deepEqual([type, data.room, data.message.text], ['chat.message', 'general', '!deploy main']);
  } finally {
    receiver.close();
    await once(receiver, 'close');
  }
});
