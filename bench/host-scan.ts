/**
 * A full scan of this machine takes a fifth of the time of Lynis, and little memory: `holdfast host scan` with its start,
 * its probes, its checks and its findings on the disk, in turns with `lynis audit system --quick`. Both as root.
 */
import { existsSync, mkdirSync, readFileSync, statfsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { claim, type Measured } from './frame/claim.ts';
import { race, within } from './frame/lines.ts';
import { inTurns } from './frame/numbers.ts';
import { type Ran, SAMPLE_MS, timedRun } from './frame/timed-run.ts';

const ROOT = join(import.meta.dirname, '..');
const LYNIS = join(ROOT, '.services/lynis/root/usr/share/lynis');
const { values } = parseArgs({ options: { rounds: { type: 'string' } } });
const ROUNDS = Number(values.rounds ?? 3);

async function measure(folder: string): Promise<Measured> {
  if (process.getuid?.() !== 0)
    throw new Error('Without root both sides leave out what takes them longest: run it as root');
  if (!existsSync(LYNIS)) throw new Error('Lynis is missing: npm run services:install -- lynis');
  const project = async (round: number) => {
    const state = join(folder, `state-${round}`);
    // 1: something of what was found is high or worse.
    return await timedRun([join(ROOT, 'holdfast'), 'host', 'scan', '--json'], {
      ...{ cwd: folder, env: { XDG_STATE_HOME: state } },
      ends: [0, 1],
    });
  };
  const lynis = async (round: number) => {
    const into = join(folder, `lynis-${round}`);
    mkdirSync(into);
    const files = ['--logfile', join(into, 'log'), '--report-file', join(into, 'report')];
    const command = ['../../sbin/lynis', 'audit', 'system', '--quick', '--quiet', '--no-colors', ...files];
    const ran = await timedRun(command, { cwd: LYNIS });
    return { ...ran, stdout: readFileSync(join(into, 'report'), 'utf8') };
  };
  const figures = await inTurns(ROUNDS, { project, lynis });
  const msOf = (ran: readonly Ran[]): number[] => ran.map(({ ms }) => ms);
  const version = /^lynis_version=(.+)$/m.exec(figures.lynis[0]?.stdout ?? '')?.[1] ?? 'of an unknown version';
  const tests =
    /^tests_executed=(.+)$/m
      .exec(figures.lynis[0]?.stdout ?? '')?.[1]
      ?.split('|')
      .filter(Boolean).length ?? 0;
  const { files, ffree } = statfsSync('/');
  return {
    title: 'a scan of the whole host, against Lynis',
    lines: [
      race('full scan', {
        ours: msOf(figures.project),
        peer: msOf(figures.lynis),
        name: 'Lynis',
        unit: 'ms',
        better: 'less',
        atLeast: 5,
      }),
      within(
        'memory of the scan, all processes at once',
        figures.project.map(({ peakMiB }) => peakMiB),
        'MiB',
        150,
      ),
    ],
    peers: [`Lynis ${version} (Debian)`],
    notes: [
      `The file system of / holds ${(files - ffree).toLocaleString('en')} files and folders, which ours walks through once.`,
      `Lynis ran ${tests} of its tests, and looks neither for leaked credentials nor at single processes; ours looks at what its list of checks names.`,
      `Memory is what all processes together had resident, looked at every ${SAMPLE_MS} ms; pages that they share count for each.`,
    ],
  };
}

await claim('host-scan', measure);
