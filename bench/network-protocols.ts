/**
 * Protocols of a capture read to their records: `holdfast network read --logs`, start and all, against tshark, which dissects each
 * packet and counts what it found. The same file in the same run.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { claim, type Measured } from './frame/claim.ts';
import { race, within } from './frame/lines.ts';
import { inTurns } from './frame/numbers.ts';
import { timedRun } from './frame/timed-run.ts';
import { writeSessions } from './network-protocols/sessions.ts';

const ROOT = join(import.meta.dirname, '..');
const TSHARK = '/usr/bin/tshark';
const { values } = parseArgs({ options: { rounds: { type: 'string' }, sessions: { type: 'string' } } });
const ROUNDS = Number(values.rounds ?? 2);
const SESSIONS = Number(values.sessions ?? 3000);
const AT_LEAST = 5;
const MOST_MIB = 384;

async function measure(folder: string): Promise<Measured> {
  if (!existsSync(TSHARK)) throw new Error(`${TSHARK} missing: npm run services:install -- tshark`);
  const capture = join(folder, 'sessions.pcap');
  const { packets, flows } = writeSessions(capture, SESSIONS);
  const read = [join(ROOT, 'holdfast'), 'network', 'read', '-r', capture, '--json'];
  const figures = await inTurns(ROUNDS, {
    async project(round) {
      const ran = await timedRun([...read, '--logs', join(folder, `logs-${round}`)]);
      const { flows: written } = JSON.parse(ran.stdout) as { flows: number };
      if (written !== flows) throw new Error(`${written} flows were written in place of ${flows}`);
      return ran;
    },
    flows: async (round) => await timedRun([...read, '--out', join(folder, `conn-${round}.log`)]),
    tshark: () => timedRun([TSHARK, '-n', '-q', '-z', 'io,phs', '-r', capture]),
  });
  const ms = (side: keyof typeof figures): number[] => figures[side].map((ran) => ran.ms);
  const memory = (side: keyof typeof figures): number[] => figures[side].map((ran) => ran.peakMiB);
  const what = `${packets.toLocaleString('en')} packets in ${flows.toLocaleString('en')} sessions`;
  const common = { ours: ms('project'), unit: 'ms', better: 'less' } as const;
  return {
    title: 'protocols of a capture read to records, against tshark',
    lines: [
      race(`${what}: time, against tshark`, { ...common, peer: ms('tshark'), name: 'tshark', atLeast: AT_LEAST }),
      race(`${what}: time, against flows alone`, { ...common, peer: ms('flows'), name: 'the same without protocols' }),
      {
        ...within(`${what}: memory`, memory('project'), 'MiB', MOST_MIB),
        peer: `tshark ${Math.max(...memory('tshark')).toFixed(0)} MiB`,
      },
    ],
    peers: ['tshark 4.0 (Debian)'],
    notes: [
      'Sessions of HTTP, TLS, MySQL, SMTP and DNS with what they carry. Ours writes a line for each flow and each record of a protocol; tshark (-z io,phs) dissects every packet, puts streams together, and writes how many packets each protocol had.',
    ],
  };
}

await claim('network-protocols', measure);
