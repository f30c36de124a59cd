/**
 * Flows of a capture, from a file to a file of records: `holdfast network read --out`, start and all, against tshark, which
 * counts conversations of TCP and stores nothing, and nfpcapd, which stores flows. The same file in the same run.
 */
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { claim, type Measured } from './frame/claim.ts';
import { type Line, race, within } from './frame/lines.ts';
import { inTurns } from './frame/numbers.ts';
import { timedRun } from './frame/timed-run.ts';
import { writeOpenFlows, writeTraffic } from './network-flows/generate.ts';

const ROOT = join(import.meta.dirname, '..');
const PROGRAMS = ['/usr/bin/tshark', '/usr/bin/nfpcapd'];
const { values } = parseArgs({ options: { rounds: { type: 'string' } } });
const ROUNDS = Number(values.rounds ?? 2);
const TRAFFIC = { packets: 1_500_000, flows: 4000 };
const OPEN_FLOWS = 1_000_000;

interface Wanted {
  readonly tshark: number;
  readonly nfpcapd: number;
  readonly mostMiB: number;
}

/** All three over one capture, in turns. `flows`: that ours has to write, or it was not the same work. */
async function compare(folder: string, name: string, what: string, flows: number, wanted: Wanted): Promise<Line[]> {
  const capture = join(folder, `${name}.pcap`);
  const figures = await inTurns(ROUNDS, {
    async project(round) {
      const out = join(folder, `${name}-${round}.log`);
      const ran = await timedRun([join(ROOT, 'holdfast'), 'network', 'read', '-r', capture, '--out', out, '--json']);
      const { flows: written } = JSON.parse(ran.stdout) as { flows: number };
      if (written !== flows) throw new Error(`${written} flows were written in place of ${flows}`);
      return ran;
    },
    tshark: () => timedRun(['tshark', '-n', '-q', '-z', 'conv,tcp', '-r', capture]),
    async nfpcapd(round) {
      const into = join(folder, `${name}-nf-${round}`);
      mkdirSync(into);
      return await timedRun(['nfpcapd', '-r', capture, '-w', into]);
    },
  });
  const ours = figures.project.map(({ ms }) => ms);
  const against = (peer: 'tshark' | 'nfpcapd'): Line =>
    race(`${what}: time, against ${peer}`, {
      ...{
        ours,
        peer: figures[peer].map(({ ms }) => ms),
        name: peer,
        unit: 'ms',
        better: 'less',
        atLeast: wanted[peer],
      },
    });
  const peak = (side: 'project' | 'tshark' | 'nfpcapd'): number[] => figures[side].map(({ peakMiB }) => peakMiB);
  const others = `tshark ${Math.max(...peak('tshark')).toFixed(0)}, nfpcapd ${Math.max(...peak('nfpcapd')).toFixed(0)} MiB`;
  return [
    against('tshark'),
    against('nfpcapd'),
    { ...within(`${what}: memory`, peak('project'), 'MiB', wanted.mostMiB), peer: others },
  ];
}

async function measure(folder: string): Promise<Measured> {
  const absent = PROGRAMS.filter((path) => !existsSync(path));
  if (absent.length > 0) throw new Error(`${absent.join(', ')} missing: npm run services:install -- tshark`);
  writeTraffic(join(folder, 'traffic.pcap'), TRAFFIC.packets, TRAFFIC.flows);
  writeOpenFlows(join(folder, 'open.pcap'), OPEN_FLOWS);
  const traffic = `${TRAFFIC.packets.toLocaleString('en')} packets in ${TRAFFIC.flows} flows`;
  const open = `${OPEN_FLOWS.toLocaleString('en')} flows open at once`;
  return {
    title: 'flows of a capture, against tshark and nfpcapd',
    lines: [
      ...(await compare(folder, 'traffic', traffic, TRAFFIC.flows, { tshark: 20, nfpcapd: 1, mostMiB: 384 })),
      ...(await compare(folder, 'open', open, OPEN_FLOWS, { tshark: 8, nfpcapd: 0.7, mostMiB: 384 })),
    ],
    peers: ['tshark 4.0 and nfpcapd 1.7 (Debian)'],
    notes: [
      `Ours writes a record of each flow as a line with tabs (states, history, Community ID), start of the command included; a store for flows is not part of it. tshark writes what it counted as text, and nfpcapd records of its own.`,
      `Both captures have full packets of Ethernet, IPv4 and TCP; the second is a SYN of each flow, and then an answer to each.`,
    ],
  };
}

await claim('network-flows', measure);
