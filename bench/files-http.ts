/**
 * The claim: files go in and come out over HTTP faster than through `rclone serve webdav` over a `crypt` remote on the
 * same disk, which keeps no versions, has one copy and syncs nothing to the disk. Large files one at a time, small ones
 * over 8 connections, in turns in one run; then eight large uploads at once, whose memory is measured.
 *
 * An upload is timed until it is answered. Our second copies are made behind the answers; so each round waits for
 * them before the next begins, and how long that took is a line of its own.
 */
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { serveByCommand } from '../test/support/servers/workspace-by-command.ts';
import { type Client, startClient } from './files-http/client.ts';
import { projectSide, rcloneSide, rcloneVersion, type Side } from './files-http/sides.ts';
import { claim } from './frame/claim.ts';
import { type Line, race, within } from './frame/lines.ts';
import { inTurns, spread } from './frame/numbers.ts';
import { familyPeakMiB } from './process-memory.ts';

const ROOT = join(import.meta.dirname, '..');
/** For trying things out: a part of it, or smaller. */
const { values: asked } = parseArgs({
  options: { rounds: { type: 'string' }, only: { type: 'string' }, files: { type: 'string' } },
});
const ROUNDS = Number(asked.rounds ?? 5);
const wanted = (part: 'large' | 'small' | 'at-once'): boolean => asked.only === undefined || asked.only === part;
const LARGE_MIB = 256;
const SMALL_BYTES = 1024;
const SMALL_FILES = Number(asked.files ?? 2_000);
const SMALL_CONNECTIONS = 8;
const UPLOADS_AT_ONCE = 8;
const AT_ONCE_MIB = 1024;
/** After `HOLDFAST_KDF_IDLE_MS`, and some more. */
const PASSWORD_PROCESS_MS = 35_000;

interface Figures {
  /** MiB/s, or files per second. */
  readonly put: number;
  readonly get: number;
  readonly copiesMs: number;
}

async function large(client: Client, side: Side, round: string, copied: () => Promise<number>): Promise<Figures> {
  const folder = await side.freshFolder(`large-${round}`);
  const bytes = LARGE_MIB * 2 ** 20;
  const { target, method } = side;
  const requests = [side.upload(folder, 'large.bin')];
  const stored = await client.run({ kind: 'send', target, method, connections: 1, bytes, requests, keepAnswers: true });
  const copiesMs = await copied();
  const paths = [side.download(folder, 'large.bin', stored.answers[0] ?? '')];
  const read = await client.run({ kind: 'fetch', target, connections: 1, bytes, paths });
  return { put: LARGE_MIB / (stored.ms / 1000), get: LARGE_MIB / (read.ms / 1000), copiesMs };
}

async function small(client: Client, side: Side, round: string, copied: () => Promise<number>): Promise<Figures> {
  const folder = await side.freshFolder(`small-${round}`);
  const { target, method } = side;
  const names = Array.from({ length: SMALL_FILES }, (_, index) => `file-${index}.bin`);
  const many = { target, connections: SMALL_CONNECTIONS, bytes: SMALL_BYTES };
  const requests = names.map((name) => side.upload(folder, name));
  const stored = await client.run({ kind: 'send', ...many, method, requests, keepAnswers: true });
  const copiesMs = await copied();
  const paths = names.map((name, index) => side.download(folder, name, stored.answers[index] ?? ''));
  const read = await client.run({ kind: 'fetch', ...many, paths });
  return { put: SMALL_FILES / (stored.ms / 1000), get: SMALL_FILES / (read.ms / 1000), copiesMs };
}

/** Peak memory of the server and its children while this many large files come in at once, and while they are copied. */
async function atOnce(client: Client, side: Side, copied: () => Promise<number>, peak: () => number) {
  const folder = await side.freshFolder('at-once');
  const { target, method } = side;
  const requests = Array.from({ length: UPLOADS_AT_ONCE }, (_, index) => side.upload(folder, `part-${index}.bin`));
  const bytes = AT_ONCE_MIB * 2 ** 20;
  const job = { kind: 'send', target, method, connections: UPLOADS_AT_ONCE, bytes, requests } as const;
  const stored = await client.run({ ...job, keepAnswers: false });
  const uploadMiB = peak();
  const copiesMs = await copied();
  return { mibPerSecond: (UPLOADS_AT_ONCE * AT_ONCE_MIB) / (stored.ms / 1000), uploadMiB, copiesMs, copiedMiB: peak() };
}

await claim('files-http', async (folder) => {
  const version = rcloneVersion();
  const command = [join(ROOT, 'holdfast')];
  await using client = startClient();
  const lines: Line[] = [];
  {
    await using workspace = await serveByCommand(command, join(folder, 'project'));
    await workspace.signUp();
    await using rclone = await rcloneSide(join(folder, 'rclone'));
    const project = await projectSide(workspace, join(folder, 'project'));
    const copied = async (): Promise<number> => {
      const started = performance.now();
      while ((await project.waitingCopies()) > 0) await pause(20);
      return performance.now() - started;
    };
    const nothing = async (): Promise<number> => 0;
    const measure = async (what: typeof large, name: string): Promise<Record<'project' | 'rclone', Figures[]>> => {
      // Once unmeasured: code is compiled and connections' buffers grow at first use, on both sides.
      await what(client, project, `${name}-first`, copied);
      await what(client, rclone, `${name}-first`, nothing);
      return inTurns(ROUNDS, {
        project: (round) => what(client, project, `${name}-${round}`, copied),
        rclone: (round) => what(client, rclone, `${name}-${round}`, nothing),
      });
    };
    const compare = (what: string, figures: Record<'project' | 'rclone', Figures[]>, part: 'put' | 'get') => ({
      what,
      race: {
        ours: figures.project.map((each) => each[part]),
        peer: figures.rclone.map((each) => each[part]),
        name: 'rclone',
        better: 'more' as const,
      },
    });
    const add = ({ what, race: sides }: ReturnType<typeof compare>, unit: string, atLeast: number): void => {
      lines.push(race(what, { ...sides, unit, atLeast }));
    };
    const copiesOf = (figures: readonly Figures[]): string =>
      spread(
        figures.map((each) => each.copiesMs),
        'ms',
      );
    if (wanted('large')) {
      const figures = await measure(large, 'l');
      add(compare(`PUT of ${LARGE_MIB} MiB`, figures, 'put'), 'MiB/s', 2);
      add(compare(`GET of ${LARGE_MIB} MiB`, figures, 'get'), 'MiB/s', 1.5);
      lines.push({
        what: `From the answer to the second copy verified, ${LARGE_MIB} MiB`,
        measured: copiesOf(figures.project),
      });
    }
    if (wanted('small')) {
      const figures = await measure(small, 's');
      add(compare(`PUT of files of 1 KiB, ${SMALL_CONNECTIONS} connections`, figures, 'put'), 'files/s', 0.4);
      add(compare(`GET of files of 1 KiB, ${SMALL_CONNECTIONS} connections`, figures, 'get'), 'files/s', 0.8);
      lines.push({
        what: `From the last answer to all second copies verified, ${SMALL_FILES} files of 1 KiB`,
        measured: copiesOf(figures.project),
      });
    }
  }
  if (wanted('at-once')) {
    // A server of its own: what the rounds before had taken would count too.
    await using workspace = await serveByCommand(command, join(folder, 'at-once'));
    await workspace.signUp();
    // The process that checked the password of the sign-up ends half a minute after it: not in the midst of the uploads.
    await pause(PASSWORD_PROCESS_MS);
    const project = await projectSide(workspace, join(folder, 'at-once'));
    const copied = async (): Promise<number> => {
      const started = performance.now();
      while ((await project.waitingCopies()) > 0) await pause(50);
      return performance.now() - started;
    };
    const peak = (): number => familyPeakMiB(workspace.serverPid);
    const { mibPerSecond, uploadMiB, copiesMs, copiedMiB } = await atOnce(client, project, copied, peak);
    const what = `${UPLOADS_AT_ONCE} uploads of ${AT_ONCE_MIB} MiB at once`;
    lines.push(within(`${what}: peak memory of the server`, [uploadMiB], 'MiB', 320));
    lines.push({
      what: `${what}: rate, and the rest`,
      measured: `${mibPerSecond.toFixed(0)} MiB/s in all; second copies verified ${(copiesMs / 1000).toFixed(1)} s later, peak memory then ${copiedMiB.toFixed(0)} MiB`,
    });
  }
  return {
    title: 'files over HTTP, against rclone serve webdav over crypt',
    lines,
    peers: [version],
    notes: [
      'Both sides: one client program over bare sockets in a process of its own, HTTP/1.1 without TLS on loopback, a fresh ' +
        'folder each round, nothing deleted between rounds. rclone keeps one copy and leaves syncing to the system; ours ' +
        'has synced the object, its name and its record to the disk when it answers, and encrypts for the suite pq.',
      'Memory counts every process of the server, half a minute after the last password was checked. Until then the process ' +
        'that checks them is there too (see budget).',
    ],
  };
});
