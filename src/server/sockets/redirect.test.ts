import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { httpOnUse } from '../../base/http/node-http.ts';
import { silentLog } from '../../base/log.ts';
import { settingsOf } from '../../base/settings.ts';
import { openRedirect, type RedirectOptions } from './redirect.ts';
import { serverSettings } from '../settings.ts';

async function redirect(t: TestContext, options: Partial<RedirectOptions> = {}) {
  const opened = await openRedirect({
    ...{ hosts: ['127.0.0.1'], port: 0, publicUrl: null, securePort: 8443, log: silentLog },
    challengeAnswer: () => null,
    settings: settingsOf(serverSettings),
    ...options,
  });
  t.after(() => opened[Symbol.asyncDispose]());
  const { port } = opened.addresses[0] ?? { port: 0 };
  return async (path: string, init: RequestInit & { host?: string } = {}) => {
    return new Promise<{ status: number; location: string | undefined; text: string }>((resolve, reject) => {
      const sent = httpOnUse().request(
        { port, host: '127.0.0.1', path, method: init.method ?? 'GET', headers: { host: init.host ?? 'localhost' } },
        (response) => {
          let text = '';
          response.on('data', (piece: Buffer) => (text += piece.toString()));
          response.on('end', () =>
            resolve({ status: response.statusCode ?? 0, location: response.headers.location, text }),
          );
        },
      );
      sent.on('error', reject);
      sent.end();
    });
  };
}

test('a browser is sent to the same page over https, for good', async (t) => {
  const ask = await redirect(t, { publicUrl: new URL('https://files.example.org') });
  const answer = await ask('/files/a?b=c', { host: 'files.example.org' });
  assert.deepEqual([answer.status, answer.location], [308, 'https://files.example.org/files/a?b=c']);
});

test('without a public address it leads to the port with TLS, under the name that was dialled', async (t) => {
  const ask = await redirect(t);
  assert.equal((await ask('/', { host: 'localhost:8080' })).location, 'https://localhost:8443/');
  assert.equal((await ask('/', { host: '127.0.0.1' })).location, 'https://127.0.0.1:8443/');
  const standard = await redirect(t, { securePort: 443 });
  assert.equal((await standard('/')).location, 'https://localhost/');
});

test('nobody is sent to a name that is not ours', async (t) => {
  const ask = await redirect(t, { publicUrl: new URL('https://files.example.org') });
  for (const host of ['evil.example', 'files.example.org.evil.example', 'evil@files.example.org']) {
    const answer = await ask('/', { host });
    assert.deepEqual([answer.status, answer.location], [421, undefined], host);
  }
  assert.equal((await ask('//evil.example/', { host: 'localhost' })).location, 'https://localhost:8443//evil.example/');
});

test('what was sent in clear is refused, so that a wrong address does not go unnoticed', async (t) => {
  const ask = await redirect(t);
  const answer = await ask('/api/v1/sessions', { method: 'POST' });
  assert.deepEqual([answer.status, answer.location], [403, undefined]);
});

test('the answer to a certificate authority is given out, and no other', async (t) => {
  const ask = await redirect(t, { challengeAnswer: (token) => (token === 'abc' ? 'abc.thumb' : null) });
  const answer = await ask('/.well-known/acme-challenge/abc', { host: 'whatever.example' });
  assert.deepEqual([answer.status, answer.text], [200, 'abc.thumb']);
  assert.equal((await ask('/.well-known/acme-challenge/other')).status, 308);
});
