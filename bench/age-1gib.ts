/**
 * `holdfast encrypt` and `decrypt` of a file of 1 GiB against the stock age tool, as whole processes: >= 1.5 and >= 1.7
 * times as fast as age 1.1.1 on two cores, in at most 128 MiB. `--mib N` takes a smaller file.
 *
 * Judged in memory (tmpfs), since a disk that takes less than both tools write would be all that is measured; the same
 * on the disk is told beside it.
 */
import { spawn } from 'node:child_process';
import { randomFillSync } from 'node:crypto';
import { once } from 'node:events';
import { closeSync, existsSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { generateIdentity, type Suite } from '../src/age/index.ts';
import { run } from '../test/support/servers/workspace-by-command.ts';
import { stockAge } from '../test/support/programs/stock-age.ts';
import { claim, type Measured } from './frame/claim.ts';
import { type Line, race, within } from './frame/lines.ts';
import { inTurns } from './frame/numbers.ts';
import { peakMiB } from './process-memory.ts';

const { values } = parseArgs({ options: { mib: { type: 'string', default: '1024' } } });
const MIB = Number(values.mib);
const DISK_MIB = Math.min(MIB, 128);
const ROUNDS = 5;
const MEMORY = '/dev/shm';
const HOLDFAST = join(import.meta.dirname, '../holdfast');

/** One tool with keys of one suite. */
interface Tool {
  readonly name: string;
  readonly encrypt: (input: string, output: string) => string[];
  readonly decrypt: (input: string, output: string) => string[];
}

function tools(folder: string): Record<'ours' | 'oursPq' | 'debian' | 'newer' | 'newerPq', Tool> {
  const keys = (suite: Suite): { recipient: string; file: string } => {
    const identity = generateIdentity(suite);
    const file = join(folder, `${suite}.txt`);
    writeFileSync(file, `${identity.toString()}\n`, { mode: 0o600 });
    return { recipient: identity.recipient.toString(), file };
  };
  const [classic, pq] = [keys('classic'), keys('pq')];
  const ours = ({ recipient, file }: typeof classic): Tool => ({
    name: 'holdfast',
    encrypt: (input, output) => [HOLDFAST, 'encrypt', '-r', recipient, '-o', output, input],
    decrypt: (input, output) => [HOLDFAST, 'decrypt', '-i', file, '-o', output, input],
  });
  const stock = (which: 'new' | 'debian', { recipient, file }: typeof classic): Tool => {
    const { path, version, skip } = stockAge(which);
    if (skip !== false) throw new Error(skip);
    return {
      name: `age ${version}`,
      encrypt: (input, output) => [path, '-r', recipient, '-o', output, input],
      decrypt: (input, output) => [path, '-d', '-i', file, '-o', output, input],
    };
  };
  return {
    ours: ours(classic),
    oursPq: ours(pq),
    debian: stock('debian', classic),
    newer: stock('new', classic),
    newerPq: stock('new', pq),
  };
}

/** Milliseconds of the whole process. */
async function timed(command: string[]): Promise<number> {
  const started = performance.now();
  const { exitCode, stderr } = await run(command, {});
  if (exitCode !== 0) throw new Error(`${command.join(' ')}: exit code ${exitCode}\n${stderr}`);
  return performance.now() - started;
}

/** The most memory of the process; asked every millisecond, in a run whose time nobody takes. */
async function peakOf([file = '', ...args]: string[]): Promise<number> {
  const child = spawn(file, args, { stdio: 'ignore' });
  const ended = once(child, 'exit');
  let peak = 0;
  while (child.exitCode === null) {
    try {
      peak = Math.max(peak, peakMiB(child.pid ?? 0));
    } catch {
      // It has just ended.
    }
    await pause(1);
  }
  await ended;
  return peak;
}

function writeRandomFile(path: string, mib: number): void {
  const file = openSync(path, 'w');
  const block = Buffer.alloc(2 ** 20);
  for (let written = 0; written < mib; written += 1) {
    randomFillSync(block);
    writeSync(file, block);
  }
  closeSync(file);
}

type Times<Name extends string> = {
  readonly encrypt: Record<Name, number[]>;
  readonly decrypt: Record<Name, number[]>;
};

/** Every tool encrypts `input`, in turns, then every tool decrypts what it wrote. With `keep`, outputs stay until the end. */
async function timesOf<Name extends string>(
  folder: string,
  input: string,
  sides: Readonly<Record<Name, Tool>>,
  keep: boolean,
): Promise<Times<Name>> {
  const names = Object.keys(sides) as Name[];
  const acts = (act: (name: Name, round: number) => Promise<number>) =>
    Object.fromEntries(names.map((name) => [name, async (round: number) => await act(name, round)])) as Record<
      Name,
      (round: number) => Promise<number>
    >;
  const written = (name: Name, act: string, round: number): string => join(folder, `${name}-${act}-${round}`);
  const drop = (path: string): void => (keep ? undefined : rmSync(path));
  const encrypt = await inTurns(
    ROUNDS,
    acts(async (name, round) => {
      const output = written(name, 'encrypted', round);
      const ms = await timed(sides[name].encrypt(input, output));
      if (round > 0) drop(output);
      return ms;
    }),
  );
  const decrypt = await inTurns(
    ROUNDS,
    acts(async (name, round) => {
      const output = written(name, 'decrypted', round);
      const ms = await timed(sides[name].decrypt(written(name, 'encrypted', 0), output));
      if (round === 0) await timed(['cmp', input, output]);
      drop(output);
      return ms;
    }),
  );
  for (const name of names) drop(written(name, 'encrypted', 0));
  return { encrypt, decrypt };
}

async function measureIn(memory: string, folder: string): Promise<Measured> {
  const all = tools(folder);
  const { ours, debian, newer } = all;
  const [large, small, onDisk] = [join(memory, 'large'), join(memory, 'small'), join(folder, 'on-disk')];
  writeRandomFile(large, MIB);
  writeRandomFile(small, 1);
  writeRandomFile(onDisk, DISK_MIB);

  const lines: Line[] = [];
  const add = (
    what: string,
    times: readonly number[],
    peer: readonly number[],
    { name }: Tool,
    atLeast?: number,
  ): void => {
    const limit = atLeast === undefined ? {} : { atLeast };
    lines.push(race(what, { ours: times, peer, name, unit: 'ms', better: 'less', ...limit }));
  };
  const times = await timesOf(memory, large, all, false);
  const aims = { encrypt: 1.5, decrypt: 1.7 };
  for (const act of ['encrypt', 'decrypt'] as const) {
    const of = times[act];
    add(`${act} ${MIB} MiB, X25519`, of.ours, of.debian, debian, aims[act]);
    add(`${act} ${MIB} MiB, X25519`, of.ours, of.newer, newer);
    add(`${act} ${MIB} MiB, post-quantum`, of.oursPq, of.newerPq, newer);
  }
  const shortly = await timesOf(memory, small, { ours, debian }, false);
  const disk = await timesOf(folder, onDisk, { ours, debian }, true);
  for (const act of ['encrypt', 'decrypt'] as const) {
    add(`${act} 1 MiB, X25519`, shortly[act].ours, shortly[act].debian, debian);
  }
  for (const act of ['encrypt', 'decrypt'] as const) {
    add(`${act} ${DISK_MIB} MiB on the disk, X25519`, disk[act].ours, disk[act].debian, debian);
  }

  const [encrypted, decrypted] = [join(memory, 'peak.age'), join(memory, 'peak')];
  const peaks: { encrypt: number[]; decrypt: number[] } = { encrypt: [], decrypt: [] };
  for (let round = 0; round < 3; round += 1) {
    peaks.encrypt.push(await peakOf(ours.encrypt(large, encrypted)));
    peaks.decrypt.push(await peakOf(ours.decrypt(encrypted, decrypted)));
  }
  lines.push(within(`memory to encrypt ${MIB} MiB`, peaks.encrypt, 'MiB', 128));
  lines.push(within(`memory to decrypt ${MIB} MiB`, peaks.decrypt, 'MiB', 128));
  return {
    title: `encrypting and decrypting a file of ${MIB} MiB`,
    lines,
    peers: [`${debian.name} (Debian)`, `${newer.name} (built from source)`],
    notes: [
      'Times are of whole processes, start included; of a small file there is hardly anything else. Inputs lie in the page cache.',
      'Judged in memory (tmpfs). On the disk `holdfast` syncs what it wrote before the file gets its name, and age does not: there the disk decides. In memory what was made is removed between rounds, outside of the times: all of it would not fit.',
    ],
  };
}

await claim('age-1gib', async (folder) => {
  const memory = existsSync(MEMORY) ? mkdtempSync(join(MEMORY, 'holdfast-age-')) : folder;
  try {
    return await measureIn(memory, folder);
  } finally {
    // In memory, where removing costs nothing that comes later; left there it would be missing elsewhere.
    if (memory !== folder) rmSync(memory, { recursive: true, force: true });
  }
});
