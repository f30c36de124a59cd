import assert from 'node:assert/strict';
import { createPublicKey, verify } from 'node:crypto';
import { once } from 'node:events';
import type { IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test, type TestContext } from 'node:test';
import { httpOnUse } from '../../base/http/node-http.ts';
import { newId } from '../../base/ids.ts';
import { pushOf } from '../records.ts';
import { testNotifications, type TestNotifications, type TestPerson } from '../test-notifications.ts';

interface Pushed {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A push service (RFC 8030) that answers what it is told to. */
async function pushService(t: TestContext) {
  const pushed: Pushed[] = [];
  const answers = new Map<string, number>();
  const server = httpOnUse()
    .createServer((request, response) => {
      const pieces: Buffer[] = [];
      request.on('data', (piece: Buffer) => pieces.push(piece));
      request.on('end', () => {
        const { url: path = '', headers } = request;
        pushed.push({ path, headers, body: Buffer.concat(pieces).toString() });
        response.writeHead(answers.get(path) ?? 201).end();
      });
    })
    .listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, pushed, answers };
}

const actor = ({ accountId }: TestPerson, sessionId = newId()) => ({ accountId, sessionId });

async function tell(workspace: TestNotifications, person: TestPerson): Promise<void> {
  const { notifications, happen, advance } = workspace;
  await happen({ kind: 'quota_near', accountId: person.accountId, subject: newId() });
  await notifications.make();
  advance(60_000);
  await notifications.send();
}

/** As a push service checks it: RFC 8292 and RFC 7515. */
function verified({ headers }: Pushed, publicKey: string): Record<string, unknown> {
  const [, token = '', key = ''] = /^vapid t=([^,]+), k=(\S+)$/.exec(headers.authorization ?? '') ?? [];
  assert.equal(key, publicKey);
  const [header = '', claims = '', signature = ''] = token.split('.');
  const point = Buffer.from(key, 'base64url');
  assert.deepEqual([point.length, point[0]], [65, 4]);
  const [x, y] = [point.subarray(1, 33).toString('base64url'), point.subarray(33).toString('base64url')];
  const jwk = { kty: 'EC', crv: 'P-256', x, y };
  const signed = Buffer.from(`${header}.${claims}`);
  const by = { key: createPublicKey({ key: jwk, format: 'jwk' }), dsaEncoding: 'ieee-p1363' } as const;
  assert.ok(verify('sha256', signed, by, Buffer.from(signature, 'base64url')));
  assert.deepEqual(JSON.parse(Buffer.from(header, 'base64url').toString()), { typ: 'JWT', alg: 'ES256' });
  return JSON.parse(Buffer.from(claims, 'base64url').toString()) as Record<string, unknown>;
}

test('a notice wakes every browser of its reader with a signed push that says nothing', async (t) => {
  const service = await pushService(t);
  const workspace = testNotifications();
  const { notifications, ada, grace } = workspace;
  for (const path of ['/desk', '/phone']) {
    await notifications.push.subscribe(actor(ada), { endpoint: service.url + path, device: 'A browser' });
  }
  await notifications.push.subscribe(actor(grace), { endpoint: `${service.url}/hers`, device: 'A browser' });
  await tell(workspace, ada);
  assert.deepEqual(service.pushed.map(({ path }) => path).toSorted(), ['/desk', '/phone']);
  const [one] = service.pushed;
  assert.ok(one);
  assert.deepEqual([one.body, one.headers['content-length'], one.headers['ttl']], ['', '0', '86400']);
  assert.deepEqual([one.headers['urgency'], one.headers['topic']], ['normal', 'notices']);
  const { aud, exp, sub } = verified(one, await notifications.push.publicKey());
  assert.deepEqual([aud, sub], [service.url, 'https://files.example.org']);
  const ahead = Number(exp) * 1000 - workspace.now();
  assert.ok(ahead > 0 && ahead <= 24 * 3_600_000);
  assert.equal(await workspace.another().push.publicKey(), await notifications.push.publicKey());
});

test('a browser that its service does not know any more is forgotten, and others are told on', async (t) => {
  const service = await pushService(t);
  const workspace = testNotifications();
  const { notifications, ada } = workspace;
  for (const path of ['/gone', '/missing', '/there']) {
    await notifications.push.subscribe(actor(ada), { endpoint: service.url + path, device: 'A browser' });
  }
  service.answers.set('/gone', 410).set('/missing', 404);
  await tell(workspace, ada);
  await tell(workspace, ada);
  const paths = service.pushed.map(({ path }) => path);
  assert.equal(paths.filter((path) => path === '/there').length, 2);
  assert.equal(paths.length, 4);
  assert.equal((await notifications.push.list(ada.accountId)).length, 1);
});

test('a service that fails for a while is tried again', async (t) => {
  const service = await pushService(t);
  const workspace = testNotifications();
  const { notifications, ada, advance } = workspace;
  await notifications.push.subscribe(actor(ada), { endpoint: `${service.url}/one`, device: 'A browser' });
  service.answers.set('/one', 503);
  await tell(workspace, ada);
  service.answers.delete('/one');
  advance(3_600_000);
  await notifications.send();
  assert.equal(service.pushed.length, 2);
  advance(24 * 3_600_000);
  await notifications.send();
  assert.equal(service.pushed.length, 2, 'and once it is taken, no more');
});

test('quiet hours and rules hold for browsers too', async (t) => {
  const service = await pushService(t);
  const workspace = testNotifications();
  const { notifications, ada } = workspace;
  await notifications.push.subscribe(actor(ada), { endpoint: `${service.url}/one`, device: 'A browser' });
  await notifications.setRule(actor(ada), { kind: 'quota_near', channel: 'push', timing: 'off' });
  await tell(workspace, ada);
  assert.equal(service.pushed.length, 0);
  await notifications.setRule(actor(ada), { kind: 'quota_near', channel: 'push', timing: null });
  const hours = { timeZone: 'UTC', quiet: { from: '00:00', to: '23:59' }, digestAt: '08:00' };
  await notifications.setHours(actor(ada), hours);
  await tell(workspace, ada);
  assert.equal(service.pushed.length, 0);
});

test('an endpoint that leads to where people must not send is refused, and so are too many browsers', async (t) => {
  const service = await pushService(t);
  const { notifications, ada } = testNotifications({ settings: { pushSubscriptions: 1 } });
  for (const endpoint of ['https://10.0.0.1/x', 'https://[::1]/x', 'ftp://a', 'x']) {
    await assert.rejects(notifications.push.subscribe(actor(ada), { endpoint, device: 'x' }), {
      code: 'channel_destination_invalid',
    });
  }
  const wanted = { endpoint: `${service.url}/one`, device: 'x' };
  const first = await notifications.push.subscribe(actor(ada), wanted);
  assert.equal(await notifications.push.subscribe(actor(ada), wanted), first, 'the same one again');
  await assert.rejects(notifications.push.subscribe(actor(ada), { ...wanted, endpoint: `${service.url}/two` }), {
    code: 'push_subscriptions_full',
  });
});

test('a browser belongs to who used it last, and is told nothing after the login ended', async (t) => {
  const service = await pushService(t);
  const workspace = testNotifications();
  const { notifications, ada, grace, records } = workspace;
  const wanted = { endpoint: `${service.url}/shared`, device: 'Library' };
  const hers = await notifications.push.subscribe(actor(grace, 'session-1'), wanted);
  await notifications.push.subscribe(actor(ada, 'session-2'), wanted);
  assert.deepEqual(await notifications.push.list(grace.accountId), []);
  await tell(workspace, grace);
  assert.equal(service.pushed.length, 0);
  await assert.rejects(notifications.push.unsubscribe(actor(grace), hers), { code: 'push_subscription_not_found' });
  await notifications.push.sessionEnded({ accountId: ada.accountId, sessionId: 'another' });
  await tell(workspace, ada);
  assert.equal(service.pushed.length, 1);
  await notifications.push.sessionEnded({ accountId: ada.accountId, sessionId: 'session-2' });
  await tell(workspace, ada);
  assert.equal(service.pushed.length, 1);
  await notifications.push.subscribe(actor(ada), wanted);
  const rows = JSON.stringify((await records.query(pushOf(ada.accountId))).items);
  assert.doesNotMatch(rows, /shared|Library/, 'and a stolen database tells no endpoint');
  await notifications.forget(ada.accountId);
  assert.deepEqual((await records.query(pushOf(ada.accountId))).items, []);
});
