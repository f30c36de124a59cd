/**
 * The frame around one claim. A script in bench/ calls {@link claim} once: it measures in a fresh folder, prints its
 * table and ends with 1 when something is over its budget. Started by `npm run bench`, it also tells what it found.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { machine } from '../machine.ts';
import { type Line, tableOf } from './lines.ts';

export interface Measured {
  /** The claim in a few words. */
  readonly title: string;
  readonly lines: readonly Line[];
  /** What a reader must know to judge the numbers, a paragraph each. */
  readonly notes?: readonly string[];
  /** Versions of the other programs that ran: `age 1.1.1 (Debian 1.1.1-1+b5)`. */
  readonly peers?: readonly string[];
}

/** What a claim tells `npm run bench`. */
export interface Told {
  /** Of RESULTS.md. */
  readonly section: string;
  /** Where it measured; removed once everything has run, since removing thousands of files slows what comes next. */
  readonly folder: string;
}

/** `name`: of the script, without its ending. `measure` writes below the folder it is given and removes nothing. */
export async function claim(name: string, measure: (folder: string) => Promise<Measured>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), `holdfast-${name}-`));
  try {
    const facts = [...machine(), ['load', `${loadavg()[0]?.toFixed(1)} over the minute before`]];
    const measured = await measure(folder);
    const section = sectionOf(name, measured, facts);
    process.stdout.write(`${section}\n`);
    const told: Told = { section, folder };
    process.send?.(told);
    process.exitCode = measured.lines.every(({ ok = true }) => ok) ? 0 : 1;
  } finally {
    if (!process.send) rmSync(folder, { recursive: true, force: true });
  }
}

function sectionOf(name: string, { title, lines, notes = [], peers = [] }: Measured, facts: string[][]): string {
  const told = [...facts.map(([what, value]) => `${what}: ${value}`), ...(peers.length > 0 ? ['peers: '] : [])];
  return [
    `## ${name}: ${title}`,
    '',
    ...tableOf(lines),
    '',
    ...notes.flatMap((note) => [note, '']),
    `${told.join('; ')}${peers.join(', ')}.`,
    '',
  ].join('\n');
}
