/**
 * `npm run bench`: measures every claim, each by its own script in its own process, one after the other, and writes
 * what they printed to bench/RESULTS.md. `npm run bench -- NAME...` measures these and leaves the other sections as
 * they are. Exits 1 when a line is over its budget or a script failed, 2 for a name that is no claim.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatted } from '../scripts/pages/formatted.ts';
import type { Told } from './frame/claim.ts';
import { withSection } from './frame/results.ts';

/** In the order of RESULTS.md. */
const CLAIMS = [
  'budget',
  'age-1gib',
  'records-transactions',
  'chat-send',
  'chat-line',
  'files-http',
  's3-put',
  'buckets-evaluator',
  'host-scan',
  'fleet-reports',
  'network-flows',
  'network-protocols',
  'network-live',
  'network-memory',
  'network-store',
];
const PAGE = join(import.meta.dirname, 'RESULTS.md');

async function measure(name: string): Promise<{ readonly told: Told | null; readonly ok: boolean }> {
  const script = fork(join(import.meta.dirname, `${name}.ts`));
  let told: Told | null = null;
  script.on('message', (message) => (told = message as Told));
  const [exitCode] = (await once(script, 'close')) as [number | null];
  return { told, ok: exitCode === 0 };
}

async function measureAll(names: readonly string[]): Promise<boolean> {
  const folders: string[] = [];
  const failed: string[] = [];
  try {
    for (const name of names) {
      const { told, ok } = await measure(name);
      if (!ok) failed.push(name);
      if (told === null) continue;
      folders.push(told.folder);
      // After each: who breaks a long run off keeps what is done.
      const page = existsSync(PAGE) ? readFileSync(PAGE, 'utf8') : '';
      writeFileSync(PAGE, formatted('bench/RESULTS.md', withSection(page, told.section, CLAIMS)));
    }
  } finally {
    for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  }
  if (failed.length > 0) process.stderr.write(`Over budget or failed: ${failed.join(', ')}\n`);
  return failed.length === 0;
}

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !CLAIMS.includes(name));
if (unknown.length > 0) {
  process.stderr.write(`No claim is called ${unknown.join(', ')}. There are: ${CLAIMS.join(', ')}.\n`);
  process.exitCode = 2;
} else {
  process.exitCode = (await measureAll(asked.length > 0 ? asked : CLAIMS)) ? 0 : 1;
}
