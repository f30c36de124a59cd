/** Real servers and their clients, captured by tcpdump in a network of their own: what is read of them, and what tshark reads. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type {
  ConnRecord,
  MysqlRecord,
  ProtocolLog,
  ProtocolRecord,
  RecordOf,
  SshRecord,
} from '../../src/network/index.ts';
import { dnsPort, missingForDns } from '../support/network/acts/dns-acts.ts';
import { HTTP_SECRET, httpPort } from '../support/network/acts/http-acts.ts';
import { mariadbPort, missingForMariadb } from '../support/network/acts/mariadb-acts.ts';
import { missingForRedis, REDIS_SECRET, redisPort } from '../support/network/acts/redis-acts.ts';
import { missingForSsh, sshPorts } from '../support/network/acts/ssh-acts.ts';
import { missingForTls, SERVER_NAME, tlsPorts } from '../support/network/acts/tls-acts.ts';
import { flowsOfCapture } from '../support/network/bytes/flows-of.ts';
import { APART } from '../support/network/labs/apart.ts';

const skip = missing();
if (skip && process.env['HOLDFAST_SERVICES'] === 'required') throw new Error(skip);

function missing(): string | false {
  if (process.getuid?.() !== 0) return 'needs root';
  const programs = ['/usr/bin/tshark', '/usr/bin/tcpdump', '/usr/bin/unshare', '/usr/sbin/ip', '/usr/bin/openssl'];
  const absent = [
    ...programs.filter((path) => !existsSync(path)),
    ...missingForMariadb(),
    ...missingForSsh(),
    ...missingForTls(),
    ...missingForRedis(),
    ...missingForDns(),
  ];
  if (absent.length === 0) return false;
  return `needs ${absent.join(', ')}: npm run services:install -- tshark mariadb openssh-server redis dig`;
}

const folder = mkdtempSync(join(tmpdir(), 'network-protocols-'));
const capture = join(folder, 'lab.pcap');
after(() => rmSync(folder, { recursive: true }));

let conns: readonly ConnRecord[];
let said: readonly ProtocolRecord[];

before(
  async () => {
    if (skip) return;
    const lab = join(import.meta.dirname, '../support/network/labs/service-lab.ts');
    execFileSync('unshare', [...APART, process.execPath, lab, capture, folder], {
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

function on<L extends ProtocolLog>(log: L, port: number): RecordOf<L>[] {
  const records = said.filter((each): each is RecordOf<L> & ProtocolRecord => each.log === log);
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

test('TLS: names, choices, fingerprints and certificates are those of tshark', { skip }, () => {
  const certificate = new X509Certificate(readFileSync(join(folder, 'certificate.pem')));
  for (const [version, port] of Object.entries(tlsPorts)) {
    const records = on('ssl', port);
    assert.ok(records.length >= 3, version);
    const as = `tcp.port==${port},tls`;
    const of = (side: 'client' | 'server', field: string): string[] =>
      tshark(`tls.handshake.type == ${side === 'client' ? 1 : 2} and tcp.port == ${port}`, [field], as).map(
        ([value = '']) => value,
      );
    assert.deepEqual(new Set(records.map((each) => each.server_name)), new Set([SERVER_NAME]), version);
    assert.deepEqual(
      records.map((each) => each.ja3),
      of('client', 'tls.handshake.ja3'),
      version,
    );
    assert.deepEqual(
      records.map((each) => each.ja3s),
      of('server', 'tls.handshake.ja3s'),
      version,
    );
    assert.deepEqual(new Set(records.map((each) => each.version)), new Set([version]));
    assert.deepEqual(servicesOn(port), new Set(['ssl']), version);
    // The one that does not trust the certificate says so, and is not let in.
    const [trusting, doubting] = records;
    assert.deepEqual([trusting?.established, doubting?.established, doubting?.last_alert], [true, false, 'unknown_ca']);
    assert.deepEqual(trusting?.client_alpn, ['h2', 'http/1.1']);
    if (version === 'TLSv13') continue;
    assert.equal(trusting?.next_protocol, 'http/1.1');
    assert.deepEqual(
      [trusting?.subject, trusting?.issuer, trusting?.self_signed],
      ['CN=lab.example,O=Holdfast', 'CN=lab.example,O=Holdfast', true],
    );
    assert.equal(trusting?.cert_chain_fps?.[0], certificate.fingerprint256.replaceAll(':', '').toLowerCase());
    assert.deepEqual(
      [trusting?.not_valid_before, trusting?.not_valid_after],
      [certificate.validFromDate, certificate.validToDate].map((date) => date.getTime() / 1000),
    );
    assert.deepEqual(
      records.map((each) => each.resumed),
      [false, undefined, false, true, true, true, true, true],
    );
  }
  assert.deepEqual(new Set(on('ssl', mariadbPort).map((each) => each.version)), new Set(['TLSv13']));
  assert.ok(servicesOn(mariadbPort).has('mysql,ssl'));
});

test('HTTP: requests, responses and their lengths are those of tshark, and secrets are nowhere', { skip }, () => {
  const records = on('http', httpPort);
  const as = `tcp.port==${httpPort},http`;
  const of = (kind: string, ...fields: readonly string[]): string[][] =>
    tshark(`http.${kind} and tcp.port == ${httpPort}`, fields, as);
  assert.deepEqual(
    records.map((each) => [each.method, each.user_agent, each.host]),
    of('request', 'http.request.method', 'http.user_agent', 'http.host'),
  );
  assert.deepEqual(
    records.map((each) => [String(each.status_code), each.status_msg]),
    of('response', 'http.response.code', 'http.response.phrase'),
  );
  assert.deepEqual(
    records.map((each) => [each.uri, each.trans_depth, each.request_body_len, each.response_body_len]),
    [
      ['/one', 1, 0, 50_000],
      ['/chunks', 2, 0, 20_000],
      ['/absent', 3, 0, 0],
      ['/form?password=***&page=2', 1, 7, 50_000],
      ['/private/x', 1, 0, 2],
      ['/private/x', 2, 0, 50_000],
    ],
  );
  assert.deepEqual([records[5]?.user, records[5]?.success, records[5]?.cleartext], ['ann', true, true]);
  const encoded = Buffer.from(`ann:${HTTP_SECRET}`).toString('base64');
  assert.ok(![HTTP_SECRET, encoded].some((secret) => JSON.stringify(said).includes(secret)));
  assert.deepEqual(servicesOn(httpPort), new Set(['http']));
});

test('Redis: every login has its account and the server’s answer, and no secret', { skip }, () => {
  assert.deepEqual(
    on('redis', redisPort).map((each) => [each.user, each.success, each.code, each.cleartext]),
    [
      ['default', true, undefined, true],
      ['default', false, 'WRONGPASS', true],
      ['ann', true, undefined, true],
      ['ben', false, 'WRONGPASS', true],
    ],
  );
  assert.ok(!JSON.stringify(said).includes(REDIS_SECRET));
  assert.deepEqual(servicesOn(redisPort), new Set(['redis']));
});

test('DNS: questions, answers and times are those of tshark', { skip }, () => {
  const records = on('dns', dnsPort);
  assert.deepEqual(
    records.map((each) => [each.query, each.qtype_name, each.rcode_name, each.answers?.join()]),
    [
      ['www.lab.example', 'A', 'NOERROR', '192.0.2.7'],
      ['txt.lab.example', 'TXT', 'NOERROR', 'TXT 5 hello'],
      ['none.lab.example', 'A', 'NXDOMAIN', undefined],
      // Asked by dig.
      ['udp.dig.example', 'A', 'NOERROR', '192.0.2.7'],
      ['tcp.dig.example', 'A', 'NOERROR', '192.0.2.7'],
    ],
  );
  assert.deepEqual([records.at(-1)?.proto, records.at(-2)?.proto], ['tcp', 'udp']);
  const as = ['udp', 'tcp'].map((each) => `${each}.port==${dnsPort},dns`);
  const isOfLab = `dns.flags.response == 1 and (udp.port == ${dnsPort} or tcp.port == ${dnsPort})`;
  const seen = tshark(isOfLab, ['dns.id', 'dns.time'], ...as);
  assert.deepEqual(
    records.map((each) => [each.trans_id, each.rtt?.toFixed(6)]),
    seen.map(([id, time]) => [Number(id), Number(time).toFixed(6)]),
  );
});
