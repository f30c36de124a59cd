/** The chat line by other people's programs: clients as the original project's in Python, and plain nc. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import {
  PYTHON,
  type Program,
  startOriginalClient,
  startProgram,
  withoutNetcat,
  withoutPython,
} from '../support/chat-line/programs.ts';
import { makeCertificates, withoutOpenssl } from '../support/channels/certificates.ts';
import { linePort } from '../support/chat-line/line-port.ts';
import { startServer } from '../support/servers/start-server.ts';

async function served(t: TestContext, environment: Record<string, string> = {}): Promise<number> {
  const server = await startServer({ environment: { HOLDFAST_CHAT_LINE_PORT: 'any', ...environment } });
  t.after(() => server[Symbol.asyncDispose]());
  return linePort(server);
}

async function joined(t: TestContext, port: number, name: string): Promise<Program> {
  const client = startOriginalClient(port, name);
  t.after(() => client[Symbol.asyncDispose]());
  await client.printed('Connected to server!');
  return client;
}

test('clients of the original design join, speak, whisper and leave', { skip: withoutPython }, async (t) => {
  const port = await served(t);
  const [er, eri, eric] = [await joined(t, port, 'ER'), await joined(t, port, 'ERI'), await joined(t, port, 'ERIC')];
  const lo = await joined(t, port, 'LO');
  for (const each of [er, eri, eric]) await each.printed('LO joined!');

  lo.type('hiii');
  for (const each of [er, eri, eric, lo]) await each.printed('LO: hiii\n');
  lo.type('@ER this is only for u');
  await er.printed('LO: @ER this is only for u\n');
  lo.type('mail a@b.c');
  for (const each of [eri, eric, lo]) assert.doesNotMatch(await each.printed('LO: mail a@b.c\n'), /only for u/);
  lo.type('@ERICA are you there');
  await lo.printed('Nobody here is called ERICA');

  const other = startOriginalClient(port, 'LO');
  t.after(() => other[Symbol.asyncDispose]());
  await other.printed('An error occurred!');
  assert.equal(other.output().match(/Name in use/g)?.length, 3);
  assert.doesNotMatch(other.output(), /NICKNAME/);

  lo.child.kill('SIGKILL');
  for (const each of [er, eri, eric]) assert.doesNotMatch(await each.printed('LO left!'), /LO left|LO joined|Nobody/);
  er.type('bye');
  assert.doesNotMatch(await eri.printed('ER: bye'), /left/);
});

test('plain nc is client enough, from a keyboard and in a script', { skip: withoutNetcat }, async (t) => {
  const port = await served(t);
  const lo = startProgram('nc.openbsd', ['127.0.0.1', String(port)]);
  t.after(() => lo[Symbol.asyncDispose]());
  await lo.printed('NICKNAME');
  lo.type('LO');
  await lo.printed('LO joined!\nConnected to server!\n');
  const script = startProgram('nc.openbsd', ['-N', '127.0.0.1', String(port)]);
  t.after(() => script[Symbol.asyncDispose]());
  script.type('Cron');
  script.type('backup done');
  script.type('@lo and only you know');
  script.endTyping();
  assert.equal(await lo.printed('Cron left!'), 'Cron joined!\nCron: backup done\nCron: @lo and only you know\n');
  assert.equal(await script.ended, 0);
  assert.match(script.output(), /^NICKNAMECron joined!\nConnected to server!\n/);
});

test('who vanishes without a word has left, once', { skip: withoutPython }, async (t) => {
  const port = await served(t, { HOLDFAST_CHAT_LINE_KEEP_ALIVE_MS: '1000' });
  const er = await joined(t, port, 'ER');
  const vanish = join(import.meta.dirname, '../support/chat-line/vanish.py');
  await using ghost = startProgram(PYTHON, [vanish, '127.0.0.1', String(port), 'GHOST']);
  const code = await ghost.ended;
  if (code === 77) return t.skip('needs CAP_NET_ADMIN to close a socket without telling the other side');
  assert.equal(code, 0);
  await er.printed('GHOST joined!');
  await er.printed('GHOST left!');
  er.type('bye');
  assert.doesNotMatch(await er.printed('ER: bye'), /left/);
});

test('openssl s_client is client enough over TLS', { skip: withoutOpenssl }, async (t) => {
  using certificates = makeCertificates();
  const server = await startServer({
    flags: { tlsCert: certificates.certFile, tlsKey: certificates.keyFile },
    environment: {
      HOLDFAST_CHAT_LINE_PORT: 'any',
      HOLDFAST_CHAT_LINE_HOST: '0.0.0.0',
      HOLDFAST_CHAT_LINE_VISITORS: 'anywhere',
    },
  });
  t.after(() => server[Symbol.asyncDispose]());
  const words = ['s_client', '-quiet', '-connect', `127.0.0.1:${linePort(server)}`];
  const lo = startProgram('openssl', words);
  t.after(() => lo[Symbol.asyncDispose]());
  await lo.printed('NICKNAME');
  lo.type('LO');
  await lo.printed('LO joined!\nConnected to server!\n');
  lo.type('Q is no command here');
  await lo.printed('LO: Q is no command here\n');
});
