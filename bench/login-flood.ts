/**
 * The claim: a flood of logins neither takes the memory nor slows requests for files by more than two times. Reads and
 * uploads of one person are timed in turn without and with a flood, in one run; from one address, which the server turns
 * away early, and from many, which reach the queue of the password workers. Prints a page and writes it to
 * bench/login-flood.md. Exits 1 when a line is over its budget.
 */
import { fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { formatted } from '../scripts/pages/formatted.ts';
import { serveByCommand, type WorkspaceByCommand } from '../test/support/servers/workspace-by-command.ts';
import { machine } from './machine.ts';
import { familyPeakMiB } from './process-memory.ts';

const ROOT = join(import.meta.dirname, '..');
const ROUNDS = 3;
const ROUND_MS = 4_000;
const LOGINS_PER_SECOND = 200;
const FILE_BYTES = 256 * 1024;

/** Without the guards that know an address: as if every login came from another one. */
const FROM_MANY = { HOLDFAST_PUBLIC_REQUESTS_PER_MINUTE: '1000000', HOLDFAST_LOGIN_FAILURES_PER_PLACE: '100000' };

interface Counts {
  readonly sent: number;
  readonly byStatus: Readonly<Record<string, number>>;
}

/** Logins at a steady rate, whatever becomes of them, until a message comes. A process of its own: it must not be slowed. */
async function flood(url: string): Promise<void> {
  const byStatus: Record<string, number> = {};
  const running = new Set<Promise<void>>();
  let sent = 0;
  let stopped = false;
  process.once('message', () => (stopped = true));
  const started = performance.now();
  while (!stopped) {
    const due = ((performance.now() - started) / 1000) * LOGINS_PER_SECOND;
    // Who does not get an answer holds up to so many connections, and no more.
    while (sent < due && running.size < 500) {
      sent += 1;
      const attempt = logIn(url, byStatus).finally(() => running.delete(attempt));
      running.add(attempt);
    }
    await pause(5);
  }
  await Promise.allSettled(running);
  const counts: Counts = { sent, byStatus };
  process.send?.(counts);
}

async function logIn(url: string, byStatus: Record<string, number>): Promise<void> {
  const email = `${randomBytes(6).toString('hex')}@example.org`;
  const body = JSON.stringify({ email, password: 'not the right words' });
  const headers = { 'content-type': 'application/json' };
  let status = 'no answer';
  try {
    const answer = await fetch(`${url}/api/v1/sessions`, { method: 'POST', headers, body });
    await answer.arrayBuffer();
    status = String(answer.status);
  } catch {
    // Counted as such.
  }
  byStatus[status] = (byStatus[status] ?? 0) + 1;
}

interface Person {
  readonly read: () => Promise<void>;
  readonly store: () => Promise<void>;
}

async function personAt(workspace: WorkspaceByCommand, folder: string): Promise<Person> {
  const session = JSON.parse(readFileSync(join(folder, 'config/holdfast/session.json'), 'utf8')) as {
    servers: Record<string, { token: string }>;
  };
  const token = session.servers[workspace.url]?.token ?? '';
  const ask = async (method: string, path: string, headers = {}, body?: Uint8Array<ArrayBuffer>): Promise<Response> => {
    const answer = await fetch(`${workspace.url}/api/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, ...headers },
      ...(body && { body }),
    });
    if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status}: ${await answer.text()}`);
    return answer;
  };
  const { drives } = (await (await ask('GET', '/drives')).json()) as { drives: { id: string }[] };
  const drive = `/drives/${drives[0]?.id ?? ''}`;
  const bytes = new Uint8Array(randomBytes(FILE_BYTES));
  const upload = async (name: string): Promise<string> => {
    const headers = {
      'content-type': 'application/octet-stream',
      'content-disposition': `attachment; filename=${name}`,
    };
    const stored = await ask('POST', `${drive}/folders/root/files`, headers, bytes);
    return ((await stored.json()) as { entry: { id: string } }).entry.id;
  };
  const id = await upload('read-me.bin');
  let number = 0;
  return {
    async read() {
      const content = await (await ask('GET', `${drive}/files/${id}/content`)).arrayBuffer();
      if (content.byteLength !== FILE_BYTES) throw new Error(`The file came back with ${content.byteLength} bytes`);
    },
    async store() {
      number += 1;
      await upload(`new-${number}.bin`);
    },
  };
}

async function timed(act: () => Promise<void>, forMs: number): Promise<number[]> {
  const times: number[] = [];
  for (const started = performance.now(); performance.now() - started < forMs;) {
    const before = performance.now();
    await act();
    times.push(performance.now() - before);
  }
  return times;
}

interface Measured {
  readonly quiet: { readonly read: number[]; readonly store: number[] };
  readonly flooded: { readonly read: number[]; readonly store: number[] };
  readonly counts: Counts[];
  readonly quietMiB: number;
  readonly floodedMiB: number;
}

async function measure(folder: string, settings: Readonly<Record<string, string>>): Promise<Measured> {
  await using workspace = await serveByCommand([join(ROOT, 'holdfast')], folder, settings);
  await workspace.signUp();
  const person = await personAt(workspace, folder);
  await timed(person.read, 2_000);
  const memory = (): number => familyPeakMiB(workspace.serverPid);
  const quietMiB = memory();
  const measured: Measured = {
    quiet: { read: [], store: [] },
    flooded: { read: [], store: [] },
    counts: [],
    quietMiB,
    floodedMiB: 0,
  };
  let floodedMiB = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    measured.quiet.read.push(...(await timed(person.read, ROUND_MS / 2)));
    measured.quiet.store.push(...(await timed(person.store, ROUND_MS / 2)));
    const flooder = fork(import.meta.filename, ['flood', workspace.url]);
    const told = once(flooder, 'message') as Promise<[Counts]>;
    await pause(1_000);
    measured.flooded.read.push(...(await timed(person.read, ROUND_MS / 2)));
    floodedMiB = Math.max(floodedMiB, memory());
    measured.flooded.store.push(...(await timed(person.store, ROUND_MS / 2)));
    floodedMiB = Math.max(floodedMiB, memory());
    flooder.send('stop');
    const [counts] = await told;
    measured.counts.push(counts);
    // What still waits in the queue belongs to the flood.
    await pause(5_000);
  }
  return { ...measured, floodedMiB };
}

function quantile(numbers: readonly number[], part: number): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor((numbers.length - 1) * part)] ?? Number.NaN;
}

interface Line {
  readonly cells: readonly string[];
  readonly ok: boolean;
}

function line(what: string, quiet: readonly number[], flooded: readonly number[]): Line {
  const shown = (numbers: readonly number[]): string =>
    `${quantile(numbers, 0.5).toFixed(1)} ms (${quantile(numbers, 0.95).toFixed(1)}; ${numbers.length})`;
  const ratio = quantile(flooded, 0.5) / quantile(quiet, 0.5);
  return { cells: [what, shown(quiet), shown(flooded), `${ratio.toFixed(2)}x`, '<= 2x'], ok: ratio <= 2 };
}

function linesOf(where: string, { quiet, flooded, quietMiB, floodedMiB }: Measured): Line[] {
  // Two workers at 64 MiB for Argon2id and what a Node process takes, for each of them.
  const limit = quietMiB + 2 * 160;
  const memory = [`${where}: memory`, `${quietMiB.toFixed(0)} MiB`, `${floodedMiB.toFixed(0)} MiB`, ''];
  return [
    line(`${where}: read 256 KiB`, quiet.read, flooded.read),
    line(`${where}: store 256 KiB`, quiet.store, flooded.store),
    { cells: [...memory, `<= ${limit.toFixed(0)} MiB`], ok: floodedMiB <= limit },
  ];
}

function answers(where: string, { counts }: Measured): string {
  const sent = counts.reduce((sum, each) => sum + each.sent, 0);
  const all: Record<string, number> = {};
  for (const { byStatus } of counts) {
    for (const [status, number] of Object.entries(byStatus)) all[status] = (all[status] ?? 0) + number;
  }
  const told = Object.entries(all).map(([status, number]) => `${number} x ${status}`);
  return `- ${where}: ${sent} logins sent, answered ${told.join(', ')}`;
}

function page(lines: readonly Line[], told: readonly string[]): string {
  return [
    '# A flood of logins: what the last run measured',
    '',
    'Written by `node bench/login-flood.ts`; see [how](README.md).',
    '',
    '| what | quiet | flooded | ratio | budget | |',
    '|---|---|---|---|---|---|',
    ...lines.map(({ cells, ok }) => `| ${cells.join(' | ')} | ${ok ? 'ok' : '**over**'} |`),
    '',
    `Times are the median of one request after the other (in brackets the 95th percentile and how many). The flood sends`,
    `${LOGINS_PER_SECOND} logins a second for addresses that do not exist, each of which costs the same as a wrong password, from the`,
    'same machine: its own work is in the numbers. Memory is that of the server and its password workers together.',
    '',
    ...told,
    '',
    '| machine | |',
    '|---|---|',
    ...machine().map(([what, value]) => `| ${what} | ${value} |`),
    '',
  ].join('\n');
}

const [, , role, floodedUrl = ''] = process.argv;
if (role !== 'flood') {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-flood-'));
  try {
    const one = await measure(join(folder, 'one'), {});
    const many = await measure(join(folder, 'many'), FROM_MANY);
    const lines = [...linesOf('one address', one), ...linesOf('many addresses', many)];
    const text = page(lines, [answers('one address', one), answers('many addresses', many)]);
    process.stdout.write(text);
    writeFileSync(join(ROOT, 'bench/login-flood.md'), formatted('bench/login-flood.md', text));
    process.exitCode = lines.every(({ ok }) => ok) ? 0 : 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
} else {
  await flood(floodedUrl);
}
