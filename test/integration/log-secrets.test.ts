/** The log of a real server, at its most talkative, through a day of somebody: what was secret is in no line. */
import assert from 'node:assert/strict';
import { mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { freePort, spawnServer } from '../support/servers/process.ts';
import { testedStores } from '../support/stores/tested-stores.ts';

const LAUNCHER = [process.execPath, join(import.meta.dirname, '../../src/entry/holdfast.js')];

test('no line of the log holds anything that was secret, whatever was done and whatever failed', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-log-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const logFile = join(folder, 'log');
  const log = await open(logFile, 'w');
  t.after(() => log.close());
  const dataFolder = join(folder, 'data');
  const server = spawnServer({
    ...{ launcher: LAUNCHER, dataFolder, port: await freePort(), log: log.fd },
    env: {
      ...{ HOLDFAST_LOG_LEVEL: 'debug', HOLDFAST_KDF_MEMORY_BYTES: '19922944', HOLDFAST_KDF_PASSES: '2' },
      ...(await testedStores(dataFolder)),
    },
  });
  t.after(async () => {
    server.child.kill('SIGKILL');
    await server.ended;
  });
  await server.ready;

  const secrets = new Map<string, string>();
  const storeKey = process.env['AWS_SECRET_ACCESS_KEY'];
  if (storeKey !== undefined) secrets.set('secret key of the stores', storeKey);
  const secret = (what: string, value: unknown): string => {
    assert.ok(typeof value === 'string' && value.length >= 8, `${what} was not there: ${JSON.stringify(value)}`);
    secrets.set(what, value);
    return value;
  };
  const call = async (method: string, path: string, token: string | null, json?: unknown, headers: object = {}) => {
    const response = await fetch(`${server.url}${path}`, {
      method,
      headers: {
        ...(token === null ? {} : { authorization: token }),
        ...(json === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(json === undefined ? {} : { body: typeof json === 'string' ? json : JSON.stringify(json) }),
    });
    const text = await response.text();
    return { status: response.status, text, json: () => JSON.parse(text) as Record<string, unknown> };
  };
  const api = (method: string, path: string, token: string | null, json?: unknown, headers: object = {}) =>
    call(method, `/api/v1${path}`, token, json, headers);

  // Sign-up, login, a wrong login.
  const email = secret('email', 'ada.lovelace@secret-address.example');
  const password = secret('password', 'unlikely words for a difference engine');
  const setupCode = secret('setup code', (await readFile(join(dataFolder, 'setup-code'), 'utf8')).trim());
  const name = secret('name', 'Augusta Ada King');
  const signedUp = (await api('POST', '/accounts', null, { name, email, password, setupCode })).json();
  secret('first token', signedUp['token']);
  secret('recovery key', signedUp['recoveryKey']);
  const wrong = secret('wrong password', 'a password that is not right');
  assert.equal((await api('POST', '/sessions', null, { email, password: wrong })).status, 401);
  const session = secret('token', (await api('POST', '/sessions', null, { email, password })).json()['token']);
  const bearer = `Bearer ${session}`;

  // A file, its name and what is in it; a range; one that breaks off.
  const { drives } = (await api('GET', '/drives', bearer)).json() as { drives: { id: string }[] };
  const fileName = secret('file name', 'layoffs-in-march.txt');
  const content = secret('content', 'the whole board knows by now');
  const drive = `/drives/${drives[0]?.id ?? ''}`;
  const upload = await api('POST', `${drive}/folders/root/files`, bearer, content, {
    ...{ 'content-type': 'application/octet-stream' },
    'content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent(fileName)}`,
  });
  assert.equal(upload.status, 201, upload.text);
  secret('search', 'query-of-somebody');
  await api('GET', `${drive}/search?query=query-of-somebody`, bearer);

  // App passwords, by Basic and by Bearer; a wrong one.
  const made = await api('POST', '/account/app-passwords', bearer, { label: 'phone', scope: 'files', password });
  const appPassword = secret('app password', made.json()['appPassword']);
  const basic = `Basic ${Buffer.from(`${email}:${appPassword}`).toString('base64')}`;
  secret('basic', basic.slice(6));
  assert.equal((await api('GET', '/drives', basic)).status, 200);
  assert.equal((await api('GET', '/drives', `${basic.slice(0, -4)}AAAA`)).status, 401);

  // A bot with a token and a webhook, whose address is its secret.
  const { rooms } = (await api('GET', '/chat/rooms', bearer)).json() as { rooms: { roomId: string }[] };
  const room = `/chat/rooms/${rooms[0]?.roomId ?? ''}`;
  const bot = (await api('POST', `${room}/bots`, bearer, { name: 'Helper', access: 'both', token: true })).json();
  secret('token of the bot', bot['token']);
  const { botId } = bot['bot'] as { botId: string };
  const hook = (await api('POST', `${room}/bots/${botId}/hooks`, bearer, {})).json();
  const address = secret('address of the webhook', hook['path']);
  const signed = (await api('POST', `${room}/bots/${botId}/hooks`, bearer, { signed: true })).json();
  secret('secret of a signed webhook', signed['secret']);
  secret('address of a signed webhook', signed['path']);
  const hookToken = secret('token of the webhook', address.slice(address.lastIndexOf('/') + 1));
  const said = secret('message', 'said-in-confidence-only');
  assert.ok((await api('POST', `/hooks/chat/${hookToken}`, null, { text: said })).status < 300);
  await api('POST', `/hooks/chat/${hookToken}x`, null, { text: said });
  await api('POST', `${room}/messages`, bearer, { text: said });

  // A channel with a secret of its own, an invitation, keys that are handed out, the workspace key.
  const shared = secret(
    'secret of a channel',
    `whsec_${Buffer.from('a secret between two servers').toString('base64')}`,
  );
  const channel = await api('POST', '/admin/channels/webhook', bearer, {
    ...{ name: 'hook', config: { url: 'https://hooks.example/secret-path-of-it', secret: shared } },
  });
  assert.equal(channel.status, 201, channel.text);
  secret('address of a channel', 'secret-path-of-it');
  const invited = await api('POST', '/invites', bearer, { role: 'member', email: 'b@secret-address.example' });
  secret('invitation', invited.json()['invitation']);
  const keys = await api('POST', `${drive}/keyring/export`, bearer, { password });
  secret('drive key', /AGE-SECRET-KEY[A-Z0-9-]+/.exec(keys.text)?.[0]);
  for (const line of (await readFile(join(dataFolder, 'secrets', 'workspace.key'), 'utf8')).split('\n')) {
    if (line.startsWith('HOLDFAST-')) secret('workspace key', line.slice(-43));
  }

  // What goes wrong: nonsense, addresses with secrets in them, bodies that are no JSON.
  await call('GET', `/api/v1/nowhere/${session}?token=${session}`, null);
  await api('POST', '/sessions', null, `{"email":"${email}","password":"${password}"`, {
    'content-type': 'application/json',
  });
  await api('POST', '/accounts', null, { name, email, password, setupCode: 'x'.repeat(9000) });
  await call('GET', '/metrics', null);
  await api('GET', '/doctor', bearer);
  await api('DELETE', '/sessions/current', bearer);
  server.child.kill('SIGTERM');
  await server.ended;

  const lines = (await readFile(logFile, 'utf8')).split('\n').filter((line) => line !== '');
  assert.ok(lines.length > 20, `the log was there: ${lines.length} lines`);
  for (const line of lines) {
    assert.doesNotThrow(() => void JSON.parse(line), `every line is JSON: ${line}`);
    for (const [what, value] of secrets) {
      for (const form of [value, encodeURIComponent(value), Buffer.from(value).toString('base64')]) {
        assert.ok(!line.includes(form), `${what} stands in the log: ${line}`);
      }
    }
  }
});
