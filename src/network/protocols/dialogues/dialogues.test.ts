import assert from 'node:assert/strict';
import { test } from 'node:test';
import { flowsOf } from '../../../../test/support/network/bytes/flows-of.ts';
import { clientHello, handshake, record } from '../../../../test/support/network/bytes/tls.ts';
import { talk, type Turn } from '../../../../test/support/network/bytes/talk.ts';
import type { LoginRecord } from '../../records/log-records.ts';

const SECRET = 'hunter2';
const base64 = (text: string): string => Buffer.from(text).toString('base64');

/** `> ` before what the client says, `< ` before the server's words, on lines of their own. */
const turnsOf = (lines: readonly string[]): Turn[] =>
  lines.map((line) => [line.startsWith('>') ? '>' : '<', `${line.slice(2)}\r\n`]);

/** What is told of each login: user, success, cleartext, mechanism, code, tls. */
async function seen(service: string, lines: readonly string[], { port = 31_000, size = 1400 } = {}) {
  const { said, records } = await flowsOf(talk(turnsOf(lines), { port, size }));
  assert.equal(records[0]?.service, service);
  assert.doesNotMatch(JSON.stringify(said), new RegExp(`${SECRET}|${base64(SECRET).slice(0, 8)}`));
  return (said as LoginRecord[]).map((each) => [
    each.user,
    each.success,
    each.cleartext,
    each.mechanism,
    each.code,
    each.tls,
  ]);
}

test('FTP: each login has its user and the answer, in segments of any size', async () => {
  const lines = [
    ...['< 220-Welcome', '< 220 ProFTPD Server ready', '> USER ann', '< 331 Password required', `> PASS ${SECRET}`],
    ...[
      '< 530 Login incorrect.',
      '> USER ann',
      '< 331 Password required',
      `> PASS ${SECRET}`,
      '< 230 Logged in',
      '> LIST',
    ],
    ...['< 150 Here', '< 226 Done', '> QUIT', '< 221 Bye'],
  ];
  for (const size of [1, 1400]) {
    assert.deepEqual(await seen('ftp', lines, { size }), [
      ['ann', false, true, 'USER', '530', false],
      ['ann', true, true, 'USER', '230', false],
    ]);
  }
  // Everybody knows that password.
  const anonymous = [
    '< 220 (vsFTPd 3.0.3)',
    '> USER anonymous',
    '< 331 Please',
    '> PASS a@b',
    '< 230 Login successful.',
  ];
  assert.deepEqual(await seen('ftp', anonymous), [['anonymous', true, undefined, 'USER', '230', false]]);
});

test('FTP and SMTP that greet alike are told apart by what is said to them, or by the port', async () => {
  const login = ['< 220 server ready', '> USER ann', '< 331 Password', `> PASS ${SECRET}`, '< 230 In'];
  assert.deepEqual(await seen('ftp', login), [['ann', true, true, 'USER', '230', false]]);
  assert.deepEqual(await seen('smtp', ['< 220 server ready', '> EHLO a', '< 250 server']), []);
  assert.deepEqual(await seen('ftp', ['< 220 server', '> SYST', '< 215 UNIX'], { port: 21 }), []);
});

test('SMTP: PLAIN, LOGIN, CRAM-MD5, SCRAM and OAuth have their users; letters are passed over', async () => {
  const [plain, user, password] = [`\0ann\0${SECRET}`, 'ben', SECRET].map(base64);
  const lines = [
    ...['< 220 mail.example ESMTP Postfix', '> EHLO a', '< 250-mail.example', '< 250 AUTH PLAIN LOGIN'],
    ...[
      `> AUTH PLAIN ${plain}`,
      '< 535 5.7.8 No',
      '> AUTH LOGIN',
      '< 334 VXNlcm5hbWU6',
      `> ${user}`,
      '< 334 UGFzc3dvcmQ6',
      `> ${password}`,
    ],
    ...['< 235 2.7.0 Yes', '> AUTH CRAM-MD5', '< 334 PDE+', `> ${base64('carl 0123')}`, '< 535 No'],
    ...[
      '> AUTH SCRAM-SHA-256',
      '< 334 ',
      `> ${base64('n,,n=d=2Cd,r=abc')}`,
      '< 334 cj0=',
      `> ${base64('c=biws,r=abc,p=x')}`,
      '< 235 Yes',
    ],
    ...[`> AUTH XOAUTH2 ${base64(`user=eve\x01auth=Bearer ${SECRET}\x01\x01`)}`, '< 235 Yes'],
    ...['> DATA', '< 354 Go on', '> AUTH PLAIN AGEAYg==', '> .', '< 250 Taken', '> QUIT', '< 221 Bye'],
  ];
  for (const size of [1, 1400]) {
    assert.deepEqual(await seen('smtp', lines, { size }), [
      ['ann', false, true, 'PLAIN', '535', false],
      ['ben', true, true, 'LOGIN', '235', false],
      ['carl', false, undefined, 'CRAM-MD5', '535', false],
      ['d,d', true, undefined, 'SCRAM-SHA-256', '235', false],
      ['eve', true, true, 'XOAUTH2', '235', false],
    ]);
  }
});

test('POP3: USER, APOP and AUTH', async () => {
  const failed = [
    '< +OK Dovecot ready.',
    '> CAPA',
    '< +OK',
    '< SASL PLAIN',
    '< .',
    '> USER ann',
    '< +OK',
    `> PASS ${SECRET}`,
    '< -ERR [AUTH] No',
  ];
  const apop = [
    '> APOP ben 0123456789',
    '< -ERR No',
    `> AUTH PLAIN ${base64(`\0carl\0${SECRET}`)}`,
    '< +OK Logged in.',
    '> LIST',
    '< +OK',
  ];
  for (const size of [1, 1400]) {
    assert.deepEqual(await seen('pop3', [...failed, ...apop], { size }), [
      ['ann', false, true, 'USER', '-ERR', false],
      ['ben', false, undefined, 'APOP', '-ERR', false],
      ['carl', true, true, 'PLAIN', '+OK', false],
    ]);
  }
});

test('IMAP: LOGIN with atoms, quotes and literals, and AUTHENTICATE', async () => {
  const lines = [
    ...['< * OK [CAPABILITY IMAP4rev1] Dovecot ready.', '> a1 CAPABILITY', '< * CAPABILITY IMAP4rev1', '< a1 OK Done'],
    ...[
      `> a2 LOGIN ann ${SECRET}`,
      '< a2 NO [AUTHENTICATIONFAILED] No',
      `> a3 login "b \\"n" "${SECRET}"`,
      '< a3 NO No',
    ],
    ...['> a4 LOGIN {4}', '< + OK', `> carl {${SECRET.length}+}`, `> ${SECRET}`, '< a4 NO No'],
    ...['> a5 AUTHENTICATE PLAIN', '< +', `> ${base64(`\0dora\0${SECRET}`)}`, '< a5 OK Logged in'],
  ];
  for (const size of [1, 1400]) {
    assert.deepEqual(await seen('imap', lines, { size }), [
      ['ann', false, true, 'LOGIN', 'NO', false],
      ['b "n', false, true, 'LOGIN', 'NO', false],
      ['carl', false, true, 'LOGIN', 'NO', false],
      ['dora', true, true, 'PLAIN', 'OK', false],
    ]);
  }
});

test('what goes on over TLS says so, and is read as TLS', async () => {
  const hello = Uint8Array.from(record(22, handshake(1, clientHello({}))));
  const upgrades: Readonly<Record<string, readonly string[]>> = {
    ftp: ['< 220 FTP', '> AUTH TLS', '< 234 Go'],
    smtp: ['< 220 ESMTP', '> EHLO a', '< 250 STARTTLS', '> STARTTLS', '< 220 Go'],
    pop3: ['< +OK hi', '> STLS', '< +OK Go'],
    imap: ['< * OK hi', '> a STARTTLS', '< a OK Go'],
  };
  for (const [service, lines] of Object.entries(upgrades)) {
    const { said, records } = await flowsOf(talk([...turnsOf(lines), ['>', hello]]));
    assert.equal(records[0]?.service, `${service},ssl`);
    const [login, tls] = said;
    assert.deepEqual([login?.log, login?.log === service && 'tls' in login && login.tls], [service, true]);
    assert.equal(tls?.log, 'ssl');
  }
});

test('a login that nobody answers is told without success', async () => {
  assert.deepEqual(await seen('ftp', ['< 220 FTP', '> USER ann', '< 331 ?', `> PASS ${SECRET}`]), [
    ['ann', undefined, true, 'USER', undefined, false],
  ]);
});

test('lines without end, and answers that nobody asked for, end or change nothing', async () => {
  const { said } = await flowsOf(
    talk([
      ['<', '220 FTP\r\n'],
      ['>', `USER ${'x'.repeat(60_000)}`],
      ['<', '230 In\r\n'],
    ]),
  );
  assert.deepEqual(said, []);
  assert.deepEqual(await seen('ftp', ['< 220 FTP', '< 230 In', '< 530 Out', '< 234 TLS']), []);
});
