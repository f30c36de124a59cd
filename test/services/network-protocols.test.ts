/** Real servers and their clients, captured by tcpdump in a network of their own: what is read of them, and what tshark reads. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { ConnRecord, MysqlRecord, ProtocolRecord, SshRecord } from '../../src/network/index.ts';
import { mariadbPort, missingForMariadb } from '../support/network/acts/mariadb-acts.ts';
import { missingForSsh, sshPorts } from '../support/network/acts/ssh-acts.ts';
import { flowsOfCapture } from '../support/network/flows-of.ts';

const skip = missing();
if (skip && process.env['HOLDFAST_SERVICES'] === 'required') throw new Error(skip);

function missing(): string | false {
  if (process.getuid?.() !== 0) return 'needs root';
  const programs = ['/usr/bin/tshark', '/usr/bin/tcpdump', '/usr/bin/unshare', '/usr/sbin/ip', '/usr/bin/openssl'];
  const absent = [...programs.filter((path) => !existsSync(path)), ...missingForMariadb(), ...missingForSsh()];
  if (absent.length === 0) return false;
  return `needs ${absent.join(', ')}: npm run services:install -- tshark mariadb openssh-server`;
}

const folder = mkdtempSync(join(tmpdir(), 'network-protocols-'));
const capture = join(folder, 'lab.pcap');
after(() => rmSync(folder, { recursive: true }));

let conns: readonly ConnRecord[];
let said: readonly ProtocolRecord[];

before(
  async () => {
    if (skip) return;
    const lab = join(import.meta.dirname, '../support/network/service-lab.ts');
    execFileSync('unshare', ['--net', '--mount', process.execPath, lab, capture, folder], {
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    const read = await flowsOfCapture(readFileSync(capture));
    assert.equal(read.problem, null);
    [conns, said] = [read.records, read.said];
  },
  { timeout: 180_000 },
);

/** Lines of what tshark says of packets that the filter lets through. `ports`: decoded as this protocol. */
function tshark(filter: string, fields: readonly string[], ...as: readonly string[]): string[][] {
  const words = ['-n', '-r', capture, ...as.flatMap((each) => ['-d', each]), '-Y', filter, '-T', 'fields'];
  const text = execFileSync('tshark', [...words, ...fields.flatMap((field) => ['-e', field])], {
    ...{ encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], maxBuffer: 64 * 2 ** 20 },
  });
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => line.split('\t'));
}

function on<L extends ProtocolRecord['log']>(log: L, port: number): Extract<ProtocolRecord, { log: L }>[] {
  const records = said.filter((each): each is Extract<ProtocolRecord, { log: L }> => each.log === log);
  return records.filter((each) => each['id.resp_p'] === port).toSorted((a, b) => a.ts - b.ts);
}

function servicesOn(port: number): Set<string | undefined> {
  // A look whether somebody listens says nothing.
  return new Set(
    conns.filter((each) => each['id.resp_p'] === port && each.orig_bytes > 0).map(({ service }) => service),
  );
}

test('MariaDB: every login has its user and the server’s answer, as tshark sees them', { skip }, () => {
  const logins = on('mysql', mariadbPort).filter((each) => each.user !== undefined || each.tls);
  const seen = (each: MysqlRecord) => [each.user, each.success, each.error_code, each.database, each.tls];
  assert.deepEqual(logins.map(seen), [
    ['native', true, undefined, 'shop', false],
    ['native', false, 1045, undefined, false],
    ['nobody', false, 1045, undefined, false],
    ['open', true, undefined, undefined, false],
    [undefined, undefined, undefined, undefined, true],
  ]);
  const as = `tcp.port==${mariadbPort},mysql`;
  const users = tshark('mysql.user', ['mysql.user'], as).map(([user]) => user);
  assert.deepEqual(
    logins.flatMap((each) => each.user ?? []),
    users,
  );
  const codes = tshark('mysql.error_code and tcp.srcport', ['mysql.error_code'], as).map(([code]) => Number(code));
  assert.deepEqual(
    on('mysql', mariadbPort).flatMap((each) => each.error_code ?? []),
    codes,
  );
  const versions = new Set(
    tshark('mysql.version', ['mysql.version'], as).map(([version]) => version?.replace('5.5.5-', '')),
  );
  assert.deepEqual(new Set(logins.map((each) => each.version)), versions);
});

test(
  'sshd: versions and HASSH are those of tshark, and logins are guessed right with each kind of cipher',
  { skip },
  () => {
    for (const [name, port] of Object.entries(sshPorts)) {
      const records = on('ssh', port).filter((each) => each.client !== undefined);
      const guessed = (each: SshRecord) => [each.success, each.auth_attempts];
      // OpenSSH asks first which ways there are, which counts as an attempt, as it does in Zeek.
      assert.deepEqual(
        records.map(guessed),
        [
          [true, 2],
          [false, 2],
          [false, 4],
        ],
        name,
      );
      const as = `tcp.port==${port},ssh`;
      const of = (field: string): string[] =>
        tshark(`${field} and tcp.port==${port}`, [field], as).map(([value = '']) => value);
      assert.deepEqual(
        records.map((each) => each.hassh),
        of('ssh.kex.hassh'),
        name,
      );
      assert.deepEqual(
        records.map((each) => each.hasshServer),
        of('ssh.kex.hasshserver').slice(-3),
        name,
      );
      assert.deepEqual(servicesOn(port), new Set(['ssh']), name);
      const lines = new Set(of('ssh.protocol'));
      assert.deepEqual(new Set(records.flatMap((each) => [each.client, each.server])), lines, name);
    }
  },
);
