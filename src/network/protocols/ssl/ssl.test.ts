import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { flowsOf } from '../../../../test/support/network/bytes/flows-of.ts';
import { clientHello, handshake, record, serverHello } from '../../../../test/support/network/bytes/tls.ts';
import { talk, type Turn } from '../../../../test/support/network/bytes/talk.ts';
import type { SslRecord } from '../../records/log-records.ts';
import { readCertificate } from './certificate.ts';
import { ja3, ja4, ja4Raw } from './fingerprints.ts';
import { readClientHello } from './hello.ts';

/** Published by FoxIO for captures of their own (ja4, python/test/testdata): in the order sent, sorted, and the fingerprint. */
const PUBLISHED = [
  {
    name: 'sigalg-grease.pcapng',
    sent: 't13d1517h2_1301,1302,1303,c02b,c02f,c02c,c030,cca9,cca8,c013,c014,009c,009d,002f,0035_fe0d,0010,0017,0033,44cd,ff01,000a,000d,0023,002b,000b,ca34,002d,0000,0005,001b,0012_0904,0905,0906,0403,0804,0401,0503,0805,0501,0806,0601',
    raw: 't13d1517h2_002f,0035,009c,009d,1301,1302,1303,c013,c014,c02b,c02c,c02f,c030,cca8,cca9_0005,000a,000b,000d,0012,0017,001b,0023,002b,002d,0033,44cd,ca34,fe0d,ff01_0904,0905,0906,0403,0804,0401,0503,0805,0501,0806,0601',
    ja4: 't13d1517h2_8daaf6152771_cb7bf5808d99',
  },
  {
    name: 'badcurveball.pcap',
    sent: 't13d1615h2_1301,1302,1303,c02b,c02f,c02c,c030,cca9,cca8,c013,c014,009c,009d,002f,0035,000a_0000,0017,ff01,000a,000b,0023,0010,0005,000d,0012,0033,002d,002b,001b,0015_0403,0804,0401,0503,0805,0501,0806,0601,0201',
    raw: 't13d1615h2_000a,002f,0035,009c,009d,1301,1302,1303,c013,c014,c02b,c02c,c02f,c030,cca8,cca9_0005,000a,000b,000d,0012,0015,0017,001b,0023,002b,002d,0033,ff01_0403,0804,0401,0503,0805,0501,0806,0601,0201',
    ja4: 't13d1615h2_46e7e9700bed_45f260be83e2',
  },
  {
    name: 'tls12.pcap',
    sent: 't13d1715h2_1301,1303,1302,c02b,c02f,cca9,cca8,c02c,c030,c00a,c009,c013,c014,009c,009d,002f,0035_0000,0017,ff01,000a,000b,0023,0010,0005,0022,0033,002b,000d,002d,001c,0015_0403,0503,0603,0804,0805,0806,0401,0501,0601,0203,0201',
    raw: 't13d1715h2_002f,0035,009c,009d,1301,1302,1303,c009,c00a,c013,c014,c02b,c02c,c02f,c030,cca8,cca9_0005,000a,000b,000d,0015,0017,001c,0022,0023,002b,002d,0033,ff01_0403,0503,0603,0804,0805,0806,0401,0501,0601,0203,0201',
    ja4: 't13d1715h2_5b57614c22b0_3d5424432f57',
  },
];

/** A ClientHello with these lists, and values of GREASE between them. */
function helloOf(sent: string): readonly number[] {
  const [, ciphers = [], extensions = [], signatures = []] = sent
    .split('_')
    .map((part) => part.split(',').map((each) => parseInt(each, 16)));
  return clientHello({
    ciphers: [0x0a0a, ...ciphers],
    extensions: [0x1a1a, ...extensions, 0x2a2a],
    signatures: [0x3a3a, ...signatures],
    versions: [0x4a4a, 0x0304, 0x0303],
    ...{ name: 'WWW.example.com', alpn: ['h2', 'http/1.1'] },
  });
}

test('JA4 is what its authors publish', () => {
  for (const { name, sent, raw, ja4: expected } of PUBLISHED) {
    const body = Uint8Array.from(helloOf(sent));
    const hello = readClientHello(body, 0, body.length)!;
    assert.equal(ja4Raw(hello), raw, name);
    assert.equal(ja4(hello), expected, name);
  }
});

test('JA4 of a client without name, ALPN, extensions or plain letters', () => {
  const of = (made: Parameters<typeof clientHello>[0]): string => {
    const body = Uint8Array.from(clientHello(made));
    return ja4(readClientHello(body, 0, body.length)!);
  };
  assert.equal(of({ ciphers: [], extensions: [] }), 't12i000000_000000000000_000000000000');
  assert.match(of({ extensions: [16], alpn: ['\xab\xcd'] }), /^t12i0101ad_/);
  assert.match(of({ extensions: [16], alpn: ['h'] }), /^t12i0101hh_/);
  assert.match(of({ extensions: [16], alpn: ['0\xab'] }), /^t12i01013b_/);
});

test('JA3 leaves out GREASE and is the MD5 of the lists', () => {
  const body = Uint8Array.from(helloOf(PUBLISHED[1]!.sent));
  const text =
    '771,4865-4866-4867-49195-49199-49196-49200-52393-52392-49171-49172-156-157-47-53-10,0-23-65281-10-11-35-16-5-13-18-51-45-43-27-21,29-23,0';
  assert.equal(ja3(readClientHello(body, 0, body.length)!), createHash('md5').update(text).digest('hex'));
});

async function seen(turns: readonly Turn[], size = 1400): Promise<SslRecord | undefined> {
  const { said, records } = await flowsOf(talk(turns, { size }));
  assert.equal(records[0]?.service, said.length > 0 ? 'ssl' : undefined);
  assert.ok(said.length <= 1);
  return said[0] as SslRecord | undefined;
}

const CLIENT = helloOf(PUBLISHED[0]!.sent);
const u16 = (value: number): number[] => [value >> 8, value & 255];
const CHANGE = record(20, [1]);
const DATA = (size: number): number[] => record(23, Array<number>(size).fill(7));

test('a ClientHello is read however it is cut into segments and records', async () => {
  const message = handshake(1, CLIENT);
  const cuts = [[message.length], [1, 2, 3, 40, 200], [4, 100]];
  for (const lengths of cuts) {
    const records: number[] = [];
    let at = 0;
    for (const length of [...lengths, message.length]) {
      const piece = message.slice(at, at + length);
      if (piece.length > 0) records.push(...record(22, piece));
      at += length;
    }
    for (const size of [1, 100, 1400]) {
      const found = await seen(
        [
          ['>', records],
          ['<', record(22, handshake(2, serverHello({ version: 0x0304, cipher: 0x1302 })))],
        ],
        size,
      );
      assert.deepEqual(
        [found?.server_name, found?.ja4, found?.client_alpn, found?.version, found?.cipher, found?.established],
        ['www.example.com', PUBLISHED[0]!.ja4, ['h2', 'http/1.1'], 'TLSv13', 'TLS_AES_256_GCM_SHA384', false],
        `${lengths.join()} in ${size}`,
      );
    }
  }
});

test('TLS 1.3 is established by the client’s Finished, and an alert in its place is none', async () => {
  const hello = record(22, handshake(2, serverHello({ version: 0x0304, cipher: 0x1301, group: 29 })));
  const begun: Turn[] = [
    ['>', record(22, handshake(1, CLIENT))],
    ['<', [...hello, ...CHANGE, ...DATA(3000)]],
  ];
  const done = await seen([...begun, ['>', [...CHANGE, ...DATA(53)]], ['<', DATA(5000)]]);
  assert.deepEqual([done?.established, done?.curve, done?.resumed], [true, 'x25519', false]);
  const refused = await seen([...begun, ['>', [...CHANGE, ...DATA(19)]]]);
  assert.equal(refused?.established, false);
});

test('TLS 1.2 shows its certificate, whether it is resumed, and its alerts', async () => {
  const der = madeCertificate();
  const chain = [0, ...u16(der.length + 3), 0, ...u16(der.length)];
  const certificate = handshake(11, [...chain, ...der]);
  const hello = handshake(2, serverHello({ version: 0x0303, cipher: 0xc02f, alpn: 'h2' }));
  const exchange = handshake(12, [3, 0, 23, 1, 2, 3]);
  const first: Turn = ['>', record(22, handshake(1, CLIENT))];
  const encrypted = record(22, Array<number>(40).fill(9));
  const whole = await seen([
    first,
    ['<', record(22, [...hello, ...certificate, ...exchange, ...handshake(14, [])])],
    ['>', [...record(22, handshake(16, [1])), ...CHANGE, ...encrypted]],
    ['<', [...CHANGE, ...encrypted]],
  ]);
  assert.deepEqual(
    [whole?.version, whole?.cipher, whole?.curve, whole?.next_protocol, whole?.resumed, whole?.established],
    ['TLSv12', 'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256', 'secp256r1', 'h2', false, true],
  );
  assert.equal(whole?.subject, 'CN=lab.example,O=Hold\\, fast');
  assert.deepEqual([whole?.self_signed, whole?.issuer === whole?.subject], [true, true]);
  assert.deepEqual(whole?.cert_chain_fps, [createHash('sha256').update(Uint8Array.from(der)).digest('hex')]);
  assert.equal(whole.not_valid_after! - whole.not_valid_before!, 30 * 86_400);
  const resumed = await seen([
    first,
    ['<', [...record(22, hello), ...CHANGE, ...encrypted]],
    ['>', [...CHANGE, ...encrypted]],
  ]);
  assert.deepEqual([resumed?.resumed, resumed?.established, resumed?.subject], [true, true, undefined]);
  const refused = await seen([first, ['<', record(21, [2, 40])]]);
  assert.deepEqual(
    [refused?.last_alert, refused?.established, refused?.version],
    ['handshake_failure', false, undefined],
  );
});

function madeCertificate(): number[] {
  const words = [
    'req',
    '-x509',
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:P-256',
    '-nodes',
    '-keyout',
    '/dev/null',
  ];
  const rest = ['-days', '30', '-outform', 'DER', '-subj', '/O=Hold, fast/CN=lab.example'];
  return [...execFileSync('openssl', [...words, ...rest], { stdio: ['ignore', 'pipe', 'ignore'] })];
}

test('certificates and hellos that are cut anywhere are refused, or read as far as they go', () => {
  const der = Uint8Array.from(madeCertificate());
  for (let size = 0; size < der.length; size += 1) readCertificate(der.slice(0, size));
  for (let at = 0; at < 200; at += 1) readCertificate(der.with(at, 255));
  const hello = Uint8Array.from(CLIENT);
  for (let size = 0; size < hello.length; size += 1) readClientHello(hello, 0, size);
  assert.equal(readCertificate(new Uint8Array(0)), null);
});
