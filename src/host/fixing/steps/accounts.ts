/** Accounts that are locked as `usermod --lock` does it: by a mark before the hash, with which no password fits. */
import { createHash } from 'node:crypto';
import { hostErrors } from '../../errors.ts';
import type { FixPlace } from '../place.ts';
import type { AccountStep } from '../step.ts';
import { contentOf, replace, type Found } from './files.ts';

const SHADOW = '/etc/shadow';

/** Throws `host_fix_impossible` where there is no such account. */
export async function planLock(place: FixPlace, name: string): Promise<AccountStep> {
  const line = lineOf(await linesOf(place), name);
  if (line === undefined) {
    throw hostErrors('host_fix_impossible', { attempted: `Lock ${name}`, detail: `it is not in ${SHADOW}` });
  }
  return { kind: 'account', name, before: digest(line), after: digest(locked(line)) };
}

export async function lock(place: FixPlace, { name }: AccountStep): Promise<void> {
  await change(place, name, locked);
}

export async function unlock(place: FixPlace, { name, before, after }: AccountStep): Promise<void> {
  // It was locked before.
  if (before === after) return;
  await change(place, name, (line) => line.replace(':!', ':'));
}

export async function foundAccount(place: FixPlace, { name, before, after }: AccountStep): Promise<Found> {
  const line = lineOf(await linesOf(place), name);
  const now = line === undefined ? null : digest(line);
  return now === after ? 'made' : now === before ? 'before' : 'changed';
}

async function linesOf(place: FixPlace): Promise<readonly string[]> {
  return (await contentOf(place, SHADOW))?.bytes.toString('latin1').split('\n') ?? [];
}

function lineOf(lines: readonly string[], name: string): string | undefined {
  return lines.find((line) => line.startsWith(`${name}:`));
}

function locked(line: string): string {
  const [name = '', hash = '', ...rest] = line.split(':');
  return hash.startsWith('!') ? line : [name, `!${hash}`, ...rest].join(':');
}

async function change(place: FixPlace, name: string, by: (line: string) => string): Promise<void> {
  const lines = await linesOf(place);
  const changed = lines.map((line) => (line.startsWith(`${name}:`) ? by(line) : line));
  await replace(place, SHADOW, Buffer.from(changed.join('\n'), 'latin1'), null);
}

function digest(line: string): string {
  return createHash('sha256').update(line).digest('hex');
}
