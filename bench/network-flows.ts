/**
 * Flows of a capture, from a file into the store of flows: `holdfast network read --keep --flows-only`, start and all, against
 * tshark, which counts conversations of TCP and stores nothing, and nfpcapd, which stores flows. The same file in the same run.
 */
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { builtHoldfast } from './frame/built.ts';
import { claim, type Measured } from './frame/claim.ts';
import { type Line, race, within } from './frame/lines.ts';
import { inTurns } from './frame/numbers.ts';
import { type Ran, timedRun } from './frame/timed-run.ts';
import { writeOpenFlows, writeTraffic } from './network-flows/generate.ts';

const PROGRAMS = ['/usr/bin/tshark', '/usr/bin/nfpcapd'];
const { values } = parseArgs({ options: { rounds: { type: 'string' } } });
const ROUNDS = Number(values.rounds ?? 3);
/** It takes ten times as long as the others together, and is far from its budget. */
const TSHARK_ROUNDS = 1;
const TRAFFIC = { packets: 3_000_000, flows: 4000 };
const OPEN = { packets: 2_000_000, flows: 1_000_000 };

interface Counted {
  readonly packets: number;
  readonly flows: number;
}

interface Wanted {
  readonly tshark: number;
  readonly nfpcapd: number;
  readonly mostMiB: number;
}

/** All three over one capture, in turns, and each has to count what is in it, or it was not the same work. */
async function compare(folder: string, name: string, what: string, inside: Counted, wanted: Wanted): Promise<Line[]> {
  const capture = join(folder, `${name}.pcap`);
  const read = [builtHoldfast(), 'network', 'read', '-r', capture, '--keep', '--flows-only', '--json'];
  const figures = await inTurns(ROUNDS, {
    async project(round) {
      const ran = await timedRun([...read, '--state', join(folder, `${name}-${round}`)]);
      return same('holdfast', inside, JSON.parse(ran.stdout) as Counted, ran);
    },
    async nfpcapd(round) {
      const into = join(folder, `${name}-nf-${round}`);
      mkdirSync(into);
      const ran = await timedRun(['nfpcapd', '-r', capture, '-w', into]);
      return same('nfpcapd', inside, nfpcapdCounted(ran.stderr), ran);
    },
  });
  const { tshark } = await inTurns(Math.min(ROUNDS, TSHARK_ROUNDS), {
    async tshark() {
      const ran = await timedRun(['tshark', '-n', '-q', '-z', 'conv,tcp', '-r', capture]);
      return same('tshark', inside, tsharkCounted(ran.stdout), ran);
    },
  });
  const all = { ...figures, tshark };
  const of = (side: keyof typeof all, figure: 'ms' | 'cpuMs' | 'peakMiB'): number[] =>
    all[side].map((ran) => ran[figure]);
  const against = (peer: 'tshark' | 'nfpcapd'): Line =>
    race(`${what}: time, against ${peer}`, {
      ...{ ours: of('project', 'ms'), peer: of(peer, 'ms') },
      ...{ name: peer, unit: 'ms', better: 'less', atLeast: wanted[peer] },
    });
  const cpu = (peer: 'tshark' | 'nfpcapd'): Line =>
    race(`${what}: processor time, against ${peer}`, {
      ...{ ours: of('project', 'cpuMs'), peer: of(peer, 'cpuMs'), name: peer, unit: 'ms', better: 'less' },
    });
  const others = `tshark ${Math.max(...of('tshark', 'peakMiB')).toFixed(0)}, nfpcapd ${Math.max(...of('nfpcapd', 'peakMiB')).toFixed(0)} MiB`;
  return [
    against('tshark'),
    cpu('tshark'),
    against('nfpcapd'),
    cpu('nfpcapd'),
    { ...within(`${what}: memory`, of('project', 'peakMiB'), 'MiB', wanted.mostMiB), peer: others },
  ];
}

function same(who: string, inside: Counted, { packets, flows }: Counted, ran: Ran): Ran {
  if (packets === inside.packets && flows === inside.flows) return ran;
  throw new Error(
    `${who} counted ${packets} packets in ${flows} flows, and there are ${inside.packets} in ${inside.flows}`,
  );
}

/** It writes a record for each direction. */
function nfpcapdCounted(said: string): Counted {
  const sum = (pattern: RegExp): number =>
    [...said.matchAll(pattern)].reduce((all, [, number]) => all + Number(number), 0);
  return { packets: sum(/Flows: \d+, Packets: (\d+)/g), flows: sum(/Flows: (\d+)/g) / 2 };
}

/** Of each conversation: frames in one direction, in the other, and in all. */
function tsharkCounted(said: string): Counted {
  const conversations = said.split('\n').filter((line) => line.includes('<->'));
  const frames = conversations.map((line) => Number(/(\d+) +\d+ \w+ +[\d.]+ +[\d.]+$/.exec(line)?.[1]));
  return { packets: frames.reduce((all, number) => all + number, 0), flows: conversations.length };
}

async function measure(folder: string): Promise<Measured> {
  const absent = PROGRAMS.filter((path) => !existsSync(path));
  if (absent.length > 0) throw new Error(`${absent.join(', ')} missing: npm run services:install -- tshark`);
  writeTraffic(join(folder, 'traffic.pcap'), TRAFFIC.packets, TRAFFIC.flows);
  writeOpenFlows(join(folder, 'open.pcap'), OPEN.flows);
  const traffic = `${TRAFFIC.packets.toLocaleString('en')} packets in ${TRAFFIC.flows} flows`;
  const open = `${OPEN.flows.toLocaleString('en')} flows open at once`;
  return {
    title: 'flows of a capture, stored, against tshark and nfpcapd',
    lines: [
      ...(await compare(folder, 'traffic', traffic, TRAFFIC, { tshark: 20, nfpcapd: 1, mostMiB: 384 })),
      ...(await compare(folder, 'open', open, OPEN, { tshark: 8, nfpcapd: 0.7, mostMiB: 384 })),
    ],
    peers: ['tshark 4.0 and nfpcapd 1.7 (Debian)'],
    notes: [
      'All three counted the same packets and the same flows, or the run would have failed. Ours writes flows of both directions with states, histories and all that a Community ID is made of into the store that people search, on the disk when it ends; nfpcapd writes a record for each direction; tshark writes what it counted as text and stores nothing.',
      'Both captures have full packets of Ethernet, IPv4 and TCP; the second is a SYN of each flow, and then an answer to each.',
    ],
  };
}

await claim('network-flows', measure);
