/**
 * What the whole analyser takes at once: `holdfast network read --keep`, with flows, protocols, detections, alerts, findings and the store, start
 * and all, of captures of three kinds. All of its processes together stay within 512 MiB, which is what a small machine has.
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { builtHoldfast } from './frame/built.ts';
import { claim, type Measured } from './frame/claim.ts';
import { type Line, within } from './frame/lines.ts';
import { type Ran, timedRun } from './frame/timed-run.ts';
import { writeOpenFlows } from './network-flows/generate.ts';
import { writeStrangers } from './network-memory/strangers.ts';
import { writeSessions } from './network-protocols/sessions.ts';

const { values } = parseArgs({
  options: { rounds: { type: 'string' }, scale: { type: 'string' }, only: { type: 'string' } },
});
const ROUNDS = Number(values.rounds ?? 1);
/** Of all captures; 1 is what is claimed. */
const SCALE = Number(values.scale ?? 1);
const MOST_MIB = 512;
/** What Node lets its heap grow to on a machine with so much memory; on a larger one it collects later, and takes more. */
const SMALL_MACHINE = { NODE_OPTIONS: '--max-old-space-size=256' };

interface Kind {
  readonly name: string;
  readonly what: string;
  /** Returns how many packets that are. */
  readonly write: (path: string) => number;
}

const KINDS: readonly Kind[] = [
  {
    name: 'sessions',
    what: 'ordinary sessions of five protocols',
    write: (path) => writeSessions(path, Math.round(6000 * SCALE)).packets,
  },
  {
    name: 'open',
    what: '1,000,000 flows open at once',
    write(path) {
      const flows = Math.round(1_000_000 * SCALE);
      writeOpenFlows(path, flows);
      return flows * 2;
    },
  },
  {
    name: 'strangers',
    what: 'more scans, logins, unfinished messages, names and reports than are remembered',
    write: (path) => writeStrangers(path, SCALE),
  },
];

async function run(
  folder: string,
  { name, write }: Kind,
): Promise<{ readonly packets: number; readonly all: readonly Ran[] }> {
  const capture = join(folder, `${name}.pcap`);
  const packets = write(capture);
  const all: Ran[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const words = ['network', 'read', '-r', capture, '--keep', '--json', '--state', join(folder, `${name}-${round}`)];
    const ran = await timedRun([builtHoldfast(), ...words], { env: SMALL_MACHINE });
    const counted = JSON.parse(ran.stdout) as { readonly packets: number };
    if (counted.packets !== packets) throw new Error(`${counted.packets} packets were read in place of ${packets}`);
    all.push(ran);
  }
  return { packets, all };
}

async function measure(folder: string): Promise<Measured> {
  const lines: Line[] = [];
  for (const kind of KINDS) {
    if (values.only !== undefined && values.only !== kind.name) continue;
    const { packets, all } = await run(folder, kind);
    const what = `${kind.what}, ${packets.toLocaleString('en')} packets`;
    lines.push(
      within(
        `${what}: memory`,
        all.map(({ peakMiB }) => peakMiB),
        'MiB',
        MOST_MIB,
      ),
    );
    const seconds = all.map(({ cpuMs }) => (cpuMs / 1000).toFixed(1));
    lines.push({ what: `${what}: processor time`, measured: `${seconds.join(', ')} s` });
  }
  return {
    title: 'memory of the whole analyser',
    lines,
    notes: [
      'With the settings as they are: room for 1,000,000 flows, 32,768 sessions that are read at once, 32 MiB of them and of their unfinished messages. The memory is what all processes had resident together, looked at every 20 ms.',
      'The heap may grow to 256 MiB, as Node has it on a machine with 512 MiB.',
      'Every packet was read, or the run would have failed. Strangers send from 100,000 addresses: what is remembered of each is bounded, and so is of how many.',
    ],
  };
}

await claim('network-memory', measure);
