/** How something is mounted at one place: its own options, whatever those of the file system are. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { hostErrors } from '../../errors.ts';
import { command, real, type FixPlace } from '../place.ts';
import type { MountStep } from '../step.ts';
import type { Found } from './files.ts';

/** `more` are added to what is there. Throws `host_fix_impossible` where nothing is mounted. */
export async function planMount(place: FixPlace, path: string, more: readonly string[]): Promise<MountStep> {
  const before = await mountOptions(place, path);
  if (before === null) {
    throw hostErrors('host_fix_impossible', { attempted: `Mount ${path} anew`, detail: 'nothing is mounted there' });
  }
  return { kind: 'mount', path, before, after: [...new Set([...before, ...more])] };
}

/** proc(5), mountinfo: the sixth field. Of several on one folder the last one shows. `null`: there is none. */
async function mountOptions(place: FixPlace, path: string): Promise<readonly string[] | null> {
  const lines = (await readFile(real(place, join('/proc/self/mountinfo')), 'utf8')).split('\n');
  const fields = lines.map((line) => line.split(' ')).findLast(([, , , , point]) => point && pathOf(point) === path);
  return fields?.[5]?.split(',') ?? null;
}

/** Blanks and the like are written in octal. */
function pathOf(written: string): string {
  return written.replaceAll(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
}

/** mount(8) adds those that are there, so that what shall not be has to be said. */
const OPPOSITES = { nosuid: 'suid', nodev: 'dev', noexec: 'exec' } as const;

/** These are all options of the mount afterwards. Throws `host_fix_failed`. */
export async function mountAnew(path: string, options: readonly string[]): Promise<void> {
  const without = Object.entries(OPPOSITES).flatMap(([option, opposite]) =>
    options.includes(option) ? [] : [opposite],
  );
  const words = ['mount', '-o', ['remount', 'bind', ...options, ...without].join(','), '--', path];
  const { ok, why } = await command(words);
  if (!ok) throw hostErrors('host_fix_failed', { attempted: `Run ${words.join(' ')}`, detail: why });
}

export async function foundMount(place: FixPlace, { path, before, after }: MountStep): Promise<Found> {
  const now = await mountOptions(place, path);
  // What is no longer mounted took its options along.
  if (now === null) return 'before';
  const isNow = (options: readonly string[]): boolean => now.toSorted().join() === options.toSorted().join();
  return isNow(after) ? 'made' : isNow(before) ? 'before' : 'changed';
}
