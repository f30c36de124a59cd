import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { type AppPasswordHolder, openSessionWatch, type Role, type Session } from '../../accounts/index.ts';
import { httpOnUse } from '../../base/http/node-http.ts';
import { silentLog } from '../../base/log.ts';
import { host, serve } from '../test-server.ts';

const session = { accountId: 'ada', sessionId: 'one', role: 'admin' } as Session;

/** A gigabyte, slowly: as much as nobody reads before the watch looks. */
async function* large(): AsyncGenerator<string> {
  for (let piece = 0; piece < 65_536; piece += 1) {
    await new Promise(setImmediate);
    yield 'x'.repeat(16_384);
  }
}

test('a streamed answer is cut when its session is over, or its route asks for a role that is gone', async (t) => {
  let standing: Role | null = 'admin';
  await using watch = openSessionWatch({
    ...{ standing: async () => standing, everyMs: 20, clock: Date.now, log: silentLog },
  });
  const { port } = await serve(t, {
    authenticate: async () => session,
    authenticateAppPassword: async () =>
      ({ accountId: 'ada', appPasswordId: 'two', role: 'admin', scope: 'chat', chatIdentity: {} }) as AppPasswordHolder,
    watch,
    routes: [
      async (app) => {
        for (const access of ['session', 'admin'] as const) {
          const config = { access, scope: 'chat' } as const;
          app.get(`/${access}`, { config }, (_, reply) => reply.send(Readable.from(large())));
        }
      },
    ],
  });
  const begin = async (path: string, token = 'hfs_x'): Promise<IncomingMessage> => {
    const headers = { ...host, authorization: `Bearer ${token}` };
    const [answer] = await once(httpOnUse().get({ port, path: `/api/v1${path}`, headers }), 'response');
    return answer as IncomingMessage;
  };
  const readOn = async (answer: IncomingMessage): Promise<void> => {
    for await (const _ of answer);
  };
  const cut = (answer: IncomingMessage) => assert.rejects(readOn(answer), { code: 'ECONNRESET' });
  const [everybody, admins] = [await begin('/session'), await begin('/admin')];
  const program = await begin('/session', 'hfa_x');
  standing = 'member';
  await cut(admins);
  assert.equal(everybody.destroyed, false);
  standing = null;
  await cut(everybody);
  await cut(program);
});

test('of a reader who left before the answer nothing is watched', async (t) => {
  const [begun, left, answered] = Array.from({ length: 3 }, () => Promise.withResolvers<void>());
  let watching = 0;
  const watch = (): Disposable => {
    watching += 1;
    return { [Symbol.dispose]: () => void (watching -= 1) };
  };
  const { port } = await serve(t, {
    authenticate: async () => session,
    watch: { watch },
    routes: [
      async (app) => {
        app.addHook('onSend', async () => answered?.resolve());
        app.get('/late', { config: { access: 'session' } }, async (_, reply) => {
          reply.raw.once('close', () => left?.resolve());
          begun?.resolve();
          await left?.promise;
          return await reply.send(Readable.from(large()));
        });
      },
    ],
  });
  const asking = httpOnUse().get({ port, path: '/api/v1/late', headers: { ...host, authorization: 'Bearer hfs_x' } });
  asking.on('error', () => undefined);
  await begun?.promise;
  asking.destroy();
  await answered?.promise;
  assert.equal(watching, 0);
});
