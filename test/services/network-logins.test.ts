/** Logins at real servers of databases, files and mail, captured by tcpdump: what is read of them, and what tshark reads. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { ConnRecord, LoginRecord, ProtocolRecord } from '../../src/network/index.ts';
import { FTP_SECRET, ftpPort, missingForFtp } from '../support/network/acts/ftp-acts.ts';
import { MAIL_SECRET, mailPorts, missingForMail } from '../support/network/acts/mail-acts.ts';
import { missingForPostgresql, POSTGRESQL_SECRET, postgresqlPort } from '../support/network/acts/postgresql-acts.ts';
import { flowsOfCapture } from '../support/network/bytes/flows-of.ts';
import { APART } from '../support/network/labs/apart.ts';

const skip = missing();
if (skip && process.env['HOLDFAST_SERVICES'] === 'required') throw new Error(skip);

function missing(): string | false {
  if (process.getuid?.() !== 0) return 'needs root';
  const programs = ['/usr/bin/tshark', '/usr/bin/tcpdump', '/usr/bin/unshare', '/usr/sbin/ip', '/usr/bin/openssl'];
  const absent = [
    ...programs.filter((path) => !existsSync(path)),
    ...missingForPostgresql(),
    ...missingForMail(),
    ...missingForFtp(),
  ];
  if (absent.length === 0) return false;
  return `needs ${absent.join(', ')}: npm run services:install -- tshark login-servers aiosmtpd`;
}

const folder = mkdtempSync(join(tmpdir(), 'network-logins-'));
const capture = join(folder, 'lab.pcap');
after(() => rmSync(folder, { recursive: true }));

let conns: readonly ConnRecord[];
let said: readonly ProtocolRecord[];

before(
  async () => {
    if (skip) return;
    const lab = join(import.meta.dirname, '../support/network/labs/login-lab.ts');
    execFileSync('unshare', [...APART, process.execPath, lab, capture, folder], {
      ...{ stdio: ['ignore', 'inherit', 'inherit'], timeout: 150_000, killSignal: 'SIGKILL' },
    });
    const read = await flowsOfCapture(readFileSync(capture));
    assert.equal(read.problem, null);
    [conns, said] = [read.records, read.said];
  },
  { timeout: 180_000 },
);

/** A field of tshark in all packets that have it and are let through, in order. */
function tshark(log: string, port: number, field: string, filter = field): string[] {
  const words = ['-n', '-r', capture, '-d', `tcp.port==${port},${log}`, '-Y', filter, '-T', 'fields', '-e', field];
  const text = execFileSync('tshark', words, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  return text.split('\n').filter(Boolean);
}

function logins(log: LoginRecord['log'], port: number): LoginRecord[] {
  const records = said.filter((each): each is LoginRecord => each.log === log && each['id.resp_p'] === port);
  const talks = conns.filter((each) => each['id.resp_p'] === port && each.orig_bytes > 0);
  const service = log === 'pgsql' ? 'postgresql' : log;
  for (const each of talks) assert.ok(each.service === service || each.service === `${service},ssl`, each.service);
  return records.toSorted((one, other) => one.ts - other.ts);
}

const seen = ({ user, mechanism, success, cleartext, code }: LoginRecord) => [
  user,
  mechanism,
  success,
  cleartext,
  code,
];
const settled = (records: readonly LoginRecord[]) => records.filter(({ tls }) => !tls);
const hidden = (records: readonly LoginRecord[]) =>
  records.filter(({ tls }) => tls).map(({ user, success }) => [user, success]);
const UNKNOWN = [undefined, undefined];

test('PostgreSQL: each way to ask for a password has its user and the server’s answer', { skip }, () => {
  const records = logins('pgsql', postgresqlPort);
  assert.deepEqual(settled(records).map(seen), [
    ['scram', 'SCRAM-SHA-256', true, undefined, undefined],
    ['scram', 'SCRAM-SHA-256', false, undefined, '28P01'],
    ['old', 'md5', true, undefined, undefined],
    ['old', 'md5', false, undefined, '28P01'],
    ['plain', 'password', true, true, undefined],
    ['plain', 'password', false, true, '28P01'],
    ['open', 'trust', true, undefined, undefined],
    ['nobody', undefined, false, undefined, '28000'],
  ]);
  assert.deepEqual(hidden(records), [UNKNOWN]);
  assert.deepEqual(
    records.flatMap(({ code }) => code ?? []),
    tshark('pgsql', postgresqlPort, 'pgsql.code'),
  );
  const asked = tshark(
    'pgsql',
    postgresqlPort,
    'pgsql.parameter_value',
    `pgsql.parameter_value && tcp.dstport == ${postgresqlPort}`,
  );
  assert.deepEqual(
    settled(records).map(({ user, database }) => `${user},${database},psql`),
    asked,
  );
});

test('IMAP and POP3: commands of their own and SASL have the account, and what Dovecot answered', { skip }, () => {
  const imap = logins('imap', mailPorts.imap);
  assert.deepEqual(settled(imap).map(seen), [
    ['ann', 'PLAIN', true, true, 'OK'],
    ['ann', 'PLAIN', false, true, 'NO'],
    ['ann', 'LOGIN', true, true, 'OK'],
    ['ann', 'LOGIN', false, true, 'NO'],
    ['ann', 'CRAM-MD5', true, undefined, 'OK'],
    ['ann', 'CRAM-MD5', false, undefined, 'NO'],
    ['ann', 'LOGIN', true, true, 'OK'],
    ['ann', 'LOGIN', false, true, 'NO'],
  ]);
  const pop3 = logins('pop3', mailPorts.pop3);
  assert.deepEqual(settled(pop3).map(seen), [
    ['ann', 'PLAIN', true, true, '+OK'],
    ['ann', 'PLAIN', false, true, '-ERR'],
    ['ann', 'CRAM-MD5', true, undefined, '+OK'],
    ['ann', 'CRAM-MD5', false, undefined, '-ERR'],
    ['ann', 'USER', true, true, '+OK'],
    ['ann', 'USER', false, true, '-ERR'],
  ]);
  assert.deepEqual([hidden(imap), hidden(pop3)], [[UNKNOWN], [UNKNOWN]]);
  const refused = (records: readonly LoginRecord[]) =>
    records.filter(({ success }) => success === false).map(({ code }) => code);
  assert.deepEqual(
    refused(imap),
    tshark('imap', mailPorts.imap, 'imap.response.status', 'imap.response.status == "NO"'),
  );
  const answers = tshark('pop', mailPorts.pop3, 'pop.response.indicator', 'pop.response.indicator == "-ERR"');
  assert.deepEqual(refused(pop3), answers);
});

test('SMTP: logins before a letter are seen, and what a letter says is no login', { skip }, () => {
  const records = logins('smtp', mailPorts.smtp);
  assert.deepEqual(records.map(seen), [
    ['ann', 'PLAIN', true, true, '235'],
    ['ann', 'PLAIN', false, true, '535'],
    ['ann', 'LOGIN', true, true, '235'],
    ['ann', 'LOGIN', false, true, '535'],
  ]);
  const codes = tshark('smtp', mailPorts.smtp, 'smtp.response.code', 'smtp.response.code in {235, 535}');
  assert.deepEqual(
    records.map(({ code }) => code),
    codes,
  );
});

test('FTP: logins have their account and the server’s code; anybody’s has no secret', { skip }, () => {
  const records = logins('ftp', ftpPort);
  assert.deepEqual(records.map(seen), [
    ['ann', 'USER', true, true, '230'],
    ['ann', 'USER', false, true, '530'],
    ['nobody', 'USER', false, true, '530'],
    ['anonymous', 'USER', true, undefined, '230'],
  ]);
  assert.deepEqual(
    records.map(({ code }) => code),
    tshark('ftp', ftpPort, 'ftp.response.code', 'ftp.response.code in {230, 530}'),
  );
  assert.deepEqual(
    records.map(({ user }) => user),
    tshark('ftp', ftpPort, 'ftp.request.arg', 'ftp.request.command == "USER"'),
  );
});

test('no password is in what is kept, in any of the forms in which it crossed', { skip }, () => {
  const [kept, wire] = [JSON.stringify(said), readFileSync(capture)];
  for (const secret of [POSTGRESQL_SECRET, MAIL_SECRET, FTP_SECRET]) {
    const encoded = [secret, `\0ann\0${secret}`].map((each) => Buffer.from(each).toString('base64'));
    assert.ok(
      [secret, ...encoded].some((each) => wire.includes(each)),
      secret,
    );
    assert.ok(![secret, ...encoded].some((each) => kept.includes(each)), secret);
  }
});
