import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { test, type TestContext } from 'node:test';
import { silentLog } from '../../base/log.ts';
import { open, serve } from '../test-server.ts';

/** What the log says of each request, and a client that speaks in bytes. */
async function logged(t: TestContext) {
  const lines: string[] = [];
  const heard = Promise.withResolvers<void>();
  const log = {
    ...silentLog,
    info(facts: object, text: string) {
      const { method, route, status } = facts as { method?: string; route?: string; status?: number };
      lines.push([text, method, route, status].filter(Boolean).join(' '));
    },
  };
  const { port } = await serve(t, {
    log,
    routes: [
      async (app) => {
        app.get('/quick', { config: open }, async () => ({ ok: true }));
        app.get('/never', { config: open }, () => {
          heard.resolve();
          return new Promise(() => {});
        });
      },
    ],
  });
  const say = async (text: string) => {
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    socket.write(text);
    return socket;
  };
  return { lines, say, heard: heard.promise };
}

const get = (path: string, more = ''): string => `GET /api/v1/${path} HTTP/1.1\r\nHost: localhost\r\n${more}\r\n`;

/** Whenever it is that the server notices. */
async function until(holds: () => boolean): Promise<void> {
  for (let looks = 0; !holds() && looks < 10_000; looks++) await new Promise((resolve) => setTimeout(resolve, 5));
}

test('a request is one line by its route, and a second one on its connection another', async (t) => {
  const { lines, say } = await logged(t);
  const socket = await say(get('quick') + get('quick?name=secret', 'Connection: close\r\n'));
  socket.resume();
  await once(socket, 'close');
  await until(() => lines.length >= 2);
  assert.deepEqual(
    lines,
    Array.from({ length: 2 }, () => 'request GET /api/v1/quick 200'),
  );
});

test('one whose client went before its answer was whole says that and no more', async (t) => {
  const { lines, say, heard } = await logged(t);
  const socket = await say(get('never'));
  await heard;
  socket.destroy();
  await until(() => lines.length > 0);
  assert.deepEqual(lines, ['client gone GET /api/v1/never']);
});
