/**
 * Packets of six days in which all goes wrong that takes longer than a test may: a beacon, a slow scan, services and hosts that are new, an upload
 * far above the days before, connections that last for hours. With them a source that goes on from step to step, and what is seen at once.
 */
import { execFileSync } from 'node:child_process';
import type { Captured } from './capture.ts';
import { addressBytes, tcpFrame } from './packets.ts';
import { talk, type Turn } from './talk.ts';
import { handshake, record, clientHello, serverHello } from './tls.ts';

const [SECOND, MINUTE, HOUR, DAY] = [1e6, 60e6, 3600e6, 86_400e6];
/** A host of the private network, and a server there. */
export const HOST = '10.0.0.9';
export const SERVER = '10.0.0.5';
/** Who scans, guesses, gets in and is sent data. */
export const INTRUDER = '203.0.113.7';
export const BEACON = '198.51.100.9';
export const LISTED = '198.51.100.66';
/** Of the upload. */
export const SENT_BYTES = 1_500_000;

const many = <T>(count: number, make: (index: number) => T): T[] => Array.from({ length: count }, (_, at) => make(at));
const bytes = (size: number): Uint8Array => new Uint8Array(size).fill(120);
const outside = (index: number): string => `198.18.${index >> 8}.${index & 255}`;

/** `dayUs`: when the first of the days begins. In the order of time. */
export function weekOfTrouble(dayUs: number): readonly Captured[] {
  const at = (day: number, us = 0): number => dayUs + day * DAY + us;
  const talks = (from: string, to: string, port: number, atUs: number, turns: readonly Turn[], more = {}): Captured[] =>
    talk(turns, { ends: { from, to }, port, atUs, ...more });
  const asked = (from: string, to: string, port: number, atUs: number): Captured => ({
    ...{ atUs, frame: tcpFrame({ from, to }, { source: 40_000, target: port, flags: 'S', sequence: 7 }) },
  });
  const answered = (from: string, to: string, port: number, atUs: number): Captured => ({
    ...{
      atUs,
      frame: tcpFrame({ from: to, to: from }, { source: port, target: 40_000, flags: 'SA', acknowledged: 8 }),
    },
  });
  const login = (from: string, to: string, atUs: number, isTaken: boolean, source: number): Captured[] =>
    talks(from, to, 21, atUs, ftp(isTaken), { source });
  const usual: Turn[] = [
    ['>', bytes(1000)],
    ['<', bytes(3000)],
  ];
  const report: Turn[] = [
    ['>', bytes(220)],
    ['<', bytes(90)],
  ];
  const packets = [
    // What is usual, from which the rest is told.
    ...many(5, (day) => talks(HOST, '198.51.100.30', 443, at(day, 9 * HOUR), usual)).flat(),
    ...many(5, (day) => talks(HOST, SERVER, 80, at(day, 9 * HOUR + MINUTE), usual)).flat(),
    ...many(72, (index) =>
      talks(HOST, BEACON, 443, at(0, index * 10 * MINUTE), report, { source: 41_000 + index }),
    ).flat(),
    ...talks(
      HOST,
      '198.51.100.20',
      8443,
      at(1),
      many(75, (): Turn => ['>', bytes(1)]),
      { stepUs: 4 * MINUTE },
    ),
    // One question in 90 minutes, each of another port.
    ...many(70, (index) => asked('203.0.113.30', SERVER, 5000 + index, at(0, index * 90 * MINUTE))),
    ...many(30, (index) => asked(INTRUDER, `10.0.1.${index + 1}`, 23, at(5, index * SECOND))),
    ...many(24, (index) => login(INTRUDER, SERVER, at(5, HOUR + index * SECOND), index === 23, 42_000 + index)).flat(),
    ...talks(HOST, INTRUDER, 443, at(5, 2 * HOUR), [['>', bytes(SENT_BYTES)]], { stepUs: 1000 }),
    ...many(12, (index) =>
      login('203.0.113.40', `10.0.2.${index + 1}`, at(5, 3 * HOUR + index * SECOND), false, 43_000),
    ).flat(),
    ...many(12, (index) =>
      login(`203.0.113.${index + 100}`, '10.0.3.1', at(5, 4 * HOUR + index * SECOND), false, 43_000),
    ).flat(),
    ...many(1100, (index) => {
      const begun = at(5, 5 * HOUR + index * 5000);
      return [asked(outside(index), '10.0.0.6', 443, begun), answered(outside(index), '10.0.0.6', 443, begun + 100)];
    }).flat(),
    ...talks(HOST, LISTED, 443, at(5, 6 * HOUR), usual),
    ...talks('198.51.100.80', SERVER, 4444, at(5, 6 * HOUR + MINUTE), usual),
    ...talks(HOST, SERVER, 443, at(5, 6 * HOUR + 2 * MINUTE), [
      ['<', 'SSH-2.0-Other\r\n'],
      ['>', 'SSH-2.0-One\r\n'],
    ]),
    ...talks(HOST, '10.0.0.7', 443, at(5, 6 * HOUR + 3 * MINUTE), tls(certificate(at(4) / 1e6)), { source: 44_000 }),
    ...many(6, (index) => announced('10.0.0.8', index % 2, at(5, 7 * HOUR + index * SECOND))),
  ];
  return packets.toSorted((one, other) => one.atUs - other.atUs);
}

function ftp(isTaken: boolean): readonly Turn[] {
  return [
    ['<', '220 FTP\r\n'],
    ['>', 'USER ann\r\n'],
    ['<', '331 ?\r\n'],
    ['>', 'PASS hunter2\r\n'],
    ['<', isTaken ? '230 Welcome\r\n' : '530 No\r\n'],
  ];
}

/** A card says that it has an address (RFC 826). */
function announced(ip: string, card: number, atUs: number): Captured {
  const [mac, own] = [[2, 0, 0, 0, 0, card], addressBytes(ip)];
  const arp = [0, 1, 8, 0, 6, 4, 0, 2, ...mac, ...own, ...Array<number>(6).fill(255), ...own];
  return { atUs, frame: [...Array<number>(6).fill(255), ...mac, 8, 6, ...arp] };
}

/** TLS 1.2, which shows its certificate. */
function tls(der: Uint8Array): readonly Turn[] {
  const u16 = (value: number): number[] => [value >> 8, value & 255];
  const chain = [0, ...u16(der.length + 3), 0, ...u16(der.length), ...der];
  const hello = handshake(2, serverHello({ version: 0x0303, cipher: 0xc02f }));
  const said = [...hello, ...handshake(11, chain), ...handshake(12, [3, 0, 23, 1, 2, 3]), ...handshake(14, [])];
  return [
    [
      '>',
      record(22, handshake(1, clientHello({ ciphers: [0xc02f], extensions: [0, 10, 11, 13], name: 'old.example' }))),
    ],
    ['<', record(22, said)],
    ['>', [...record(22, handshake(16, [1])), ...record(20, [1]), ...record(22, Array<number>(40).fill(9))]],
    ['<', [...record(20, [1]), ...record(22, Array<number>(40).fill(9))]],
  ];
}

/** Vouched for by itself, and over since `until` (seconds). Its time is written over a real one: nobody verifies the signature. */
function certificate(until: number): Uint8Array {
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', '/dev/null'];
  const words = ['req', '-x509', ...key, '-days', '30', '-outform', 'DER', '-subj', '/CN=old.example'];
  const der = execFileSync('openssl', words, { stdio: ['ignore', 'pipe', 'ignore'] });
  // UTCTime, RFC 5280 section 4.1.2.5.1, which ends with Z: from, then until.
  const isTime = (place: number): boolean => der[place] === 23 && der[place + 1] === 13 && der[place + 14] === 90;
  const [from, to] = [...der.keys()].filter(isTime);
  if (from === undefined || to === undefined)
    throw new Error('The certificate has no times of two digits for the year');
  const text = (seconds: number): string => new Date(seconds * 1000).toISOString().replace(/^20|[-:T]|\.000/g, '');
  der.write(text(until - 30 * 86_400), from + 2, 'latin1');
  der.write(text(until), to + 2, 'latin1');
  return der;
}
