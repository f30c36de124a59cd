/**
 * The budget: idle server <= 120 MiB, start to first answer <= 500 ms, `holdfast --version` <= 100 ms, and memory that
 * does not grow with the size of a file. Measured from outside with the commands people use. `--mib N` takes a smaller
 * file than 2 GiB.
 */
import { createHash, randomFillSync } from 'node:crypto';
import { closeSync, createReadStream, mkdirSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { run, serveByCommand, type WorkspaceByCommand } from '../test/support/servers/workspace-by-command.ts';
import { claim, type Measured } from './frame/claim.ts';
import { type Line, within } from './frame/lines.ts';
import { spread } from './frame/numbers.ts';
import { familyResidentMiB, forgetPeak, peakMiB } from './process-memory.ts';

const ROOT = join(import.meta.dirname, '..');
const LAUNCHER = [join(ROOT, 'holdfast')];
const ROUNDS = 11;
/** What the large file is held against: large enough that every buffer is in use and the collector has worked. */
const SMALL_MIB = 256;

const { values } = parseArgs({ options: { mib: { type: 'string', default: '2048' } } });
const FILE_MIB = Number(values.mib);

async function timesOf(count: number, act: (round: number) => Promise<number>): Promise<number[]> {
  const times: number[] = [];
  for (let round = 0; round < count; round += 1) times.push(await act(round));
  return times;
}

async function versionTimes(): Promise<number[]> {
  return await timesOf(ROUNDS, async () => {
    const started = performance.now();
    const { exitCode } = await run([...LAUNCHER, '--version'], {});
    if (exitCode !== 0) throw new Error(`holdfast --version: exit code ${exitCode}`);
    return performance.now() - started;
  });
}

/** Random bytes, so that nothing on the way can make them smaller. Resolves to their SHA-256. */
function writeRandomFile(path: string, mib: number): string {
  const file = openSync(path, 'w');
  const hash = createHash('sha256');
  const block = Buffer.alloc(2 ** 20);
  for (let written = 0; written < mib; written += 1) {
    randomFillSync(block);
    hash.update(block);
    writeSync(file, block);
  }
  closeSync(file);
  return hash.digest('hex');
}

async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const piece of createReadStream(path)) hash.update(piece as Buffer);
  return hash.digest('hex');
}

interface Transfer {
  readonly seconds: number;
  readonly serverPeakMiB: number;
}

async function transfer(workspace: WorkspaceByCommand, ...command: string[]): Promise<Transfer> {
  forgetPeak(workspace.serverPid);
  const started = performance.now();
  const { exitCode, stderr } = await workspace.run(...command);
  if (exitCode !== 0) throw new Error(`holdfast ${command.join(' ')}: exit code ${exitCode}\n${stderr}`);
  return { seconds: (performance.now() - started) / 1000, serverPeakMiB: peakMiB(workspace.serverPid) };
}

function transferLine(what: string, mib: number, { seconds, serverPeakMiB }: Transfer, small: Transfer): Line {
  const rate = `${(mib / seconds).toFixed(0)} MiB/s`;
  // Streaming needs buffers, whose number does not hang on the size; 64 MiB is room for the collector to be late.
  const limit = small.serverPeakMiB + 64;
  return {
    what,
    measured: `peak ${serverPeakMiB.toFixed(0)} MiB, ${rate}`,
    budget: `<= ${limit.toFixed(0)} MiB`,
    ok: serverPeakMiB <= limit,
  };
}

async function measure(folder: string): Promise<Measured> {
  const starts = async (name: (round: number) => string): Promise<number[]> => {
    return await timesOf(ROUNDS, async (round) => {
      await using workspace = await serveByCommand(LAUNCHER, join(folder, name(round)));
      return workspace.startMs;
    });
  };
  const lines = [
    within('`holdfast --version`', await versionTimes(), 'ms', 100),
    within('start to first answer, fresh data folder', await starts((round) => `fresh-${round}`), 'ms', 500),
    within('start to first answer, existing data folder', await starts(() => 'existing'), 'ms', 500),
  ];

  const withWorker: number[] = [];
  const idle = await timesOf(5, async (round) => {
    // The password worker ends after a second, so that nobody has to wait for it half a minute.
    const settings = { HOLDFAST_KDF_IDLE_MS: '1000' };
    await using workspace = await serveByCommand(LAUNCHER, join(folder, `idle-${round}`), settings);
    await workspace.signUp();
    withWorker.push(familyResidentMiB(workspace.serverPid));
    await pause(3000);
    return familyResidentMiB(workspace.serverPid);
  });
  lines.push(within('idle server, 3 s after the first sign-up', idle, 'MiB', 120), {
    what: 'the same with its password worker',
    measured: spread(withWorker, 'MiB'),
  });

  await using workspace = await serveByCommand(LAUNCHER, join(folder, 'transfers'));
  await workspace.signUp();
  for (const name of ['small', 'large']) mkdirSync(join(folder, name));
  const smallFile = join(folder, 'small/small.bin');
  const largeFile = join(folder, 'large/large.bin');
  writeRandomFile(smallFile, SMALL_MIB);
  const hash = writeRandomFile(largeFile, FILE_MIB);

  const smallPut = await transfer(workspace, 'put', smallFile, '/');
  const smallGet = await transfer(workspace, 'get', '/small.bin', join(folder, 'small/back.bin'));
  const put = await transfer(workspace, 'put', largeFile, '/');
  rmSync(largeFile);
  const get = await transfer(workspace, 'get', '/large.bin', largeFile);
  lines.push(
    transferLine(`put ${SMALL_MIB} MiB`, SMALL_MIB, smallPut, smallPut),
    transferLine(`put ${FILE_MIB} MiB`, FILE_MIB, put, smallPut),
    transferLine(`get ${SMALL_MIB} MiB`, SMALL_MIB, smallGet, smallGet),
    transferLine(`get ${FILE_MIB} MiB`, FILE_MIB, get, smallGet),
  );
  const back = (await sha256Of(largeFile)) === hash;
  lines.push({ what: 'the same bytes came back', measured: back ? 'yes' : 'no', budget: 'yes', ok: back });
  return { title: 'memory of an idle server, times to start, constant memory whatever the size', lines, notes: NOTES };
}

const NOTES = [
  'Idle memory counts every process of the server. The one that checks passwords has ended by then; until it does, half a minute after the last check, both are there (the line without a budget; pages that they share count twice).',
  'Peaks are the most resident memory of the serving process while the command ran, both copies and their hashes included. Rates are of the whole command on loopback, start of the client and hashing at both ends included.',
];

await claim('budget', measure);
