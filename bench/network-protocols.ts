/**
 * Protocols of a capture read to their records: `holdfast network read --logs`, start and all, against tshark, which dissects each
 * packet and counts what it found. The same file in the same run.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { builtHoldfast } from './frame/built.ts';
import { claim, type Measured } from './frame/claim.ts';
import { race, within } from './frame/lines.ts';
import { inTurns } from './frame/numbers.ts';
import { timedRun } from './frame/timed-run.ts';
import { writeSessions } from './network-protocols/sessions.ts';

const TSHARK = '/usr/bin/tshark';
const { values } = parseArgs({ options: { rounds: { type: 'string' }, sessions: { type: 'string' } } });
const ROUNDS = Number(values.rounds ?? 2);
const SESSIONS = Number(values.sessions ?? 4500);
const AT_LEAST = 5;
const MOST_MIB = 384;

const LOGS = ['http', 'ssl', 'mysql', 'smtp', 'dns'];

/** It says of each protocol how many packets had it, and all of them have Ethernet. */
function tsharkPackets(said: string): number {
  return Number(/^eth +frames:(\d+)/m.exec(said)?.[1]);
}

/** Lines that are no comment, of a log in Zeek's format. */
function recordsIn(path: string): number {
  return readFileSync(path, 'latin1')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#')).length;
}

async function measure(folder: string): Promise<Measured> {
  if (!existsSync(TSHARK)) throw new Error(`${TSHARK} missing: npm run services:install -- tshark`);
  const capture = join(folder, 'sessions.pcap');
  const { packets, flows } = writeSessions(capture, SESSIONS);
  const read = [builtHoldfast(), 'network', 'read', '-r', capture, '--json'];
  const records = new Map<string, number>();
  const figures = await inTurns(ROUNDS, {
    async project(round) {
      const logs = join(folder, `logs-${round}`);
      const ran = await timedRun([...read, '--logs', logs]);
      const counted = JSON.parse(ran.stdout) as { packets: number; flows: number };
      const written = recordsIn(join(logs, 'conn.log'));
      if (counted.packets !== packets || counted.flows !== flows || written !== flows) {
        throw new Error(`${counted.packets} packets in ${written} flows in place of ${packets} in ${flows}`);
      }
      for (const log of LOGS) records.set(log, recordsIn(join(logs, `${log}.log`)));
      return ran;
    },
    flows: async (round) => await timedRun([...read, '--out', join(folder, `conn-${round}.log`)]),
    async tshark() {
      const ran = await timedRun([TSHARK, '-n', '-q', '-z', 'io,phs', '-r', capture]);
      const dissected = tsharkPackets(ran.stdout);
      if (dissected !== packets) throw new Error(`tshark dissected ${dissected} packets in place of ${packets}`);
      return ran;
    },
  });
  const ms = (side: keyof typeof figures): number[] => figures[side].map((ran) => ran.ms);
  const cpu = (side: keyof typeof figures): number[] => figures[side].map((ran) => ran.cpuMs);
  const memory = (side: keyof typeof figures): number[] => figures[side].map((ran) => ran.peakMiB);
  const what = `${packets.toLocaleString('en')} packets in ${flows.toLocaleString('en')} sessions`;
  const common = { ours: ms('project'), unit: 'ms', better: 'less' } as const;
  return {
    title: 'protocols of a capture read to records, against tshark',
    lines: [
      race(`${what}: time, against tshark`, { ...common, peer: ms('tshark'), name: 'tshark', atLeast: AT_LEAST }),
      race(`${what}: processor time, against tshark`, {
        ...{ ours: cpu('project'), peer: cpu('tshark'), name: 'tshark', unit: 'ms', better: 'less' },
      }),
      race(`${what}: time, against flows alone`, { ...common, peer: ms('flows'), name: 'the same without protocols' }),
      {
        ...within(`${what}: memory`, memory('project'), 'MiB', MOST_MIB),
        peer: `tshark ${Math.max(...memory('tshark')).toFixed(0)} MiB`,
      },
    ],
    peers: ['tshark 4.0 (Debian)'],
    notes: [
      'Sessions of HTTP, TLS, MySQL, SMTP and DNS with what they carry. Ours writes a line for each flow and each record of a protocol; tshark (-z io,phs) dissects every packet, puts streams together, and writes how many packets each protocol had. Both counted all packets, or the run would have failed.',
      `Records that ours wrote: ${Array.from(records, ([log, number]) => `${number.toLocaleString('en')} of ${log}`).join(', ')}.`,
    ],
  };
}

await claim('network-protocols', measure);
