/**
 * Uploads into a workspace whose objects lie on an S3 server go at >= 0.8 of the speed at which `aws s3 cp` brings the
 * same files to the same server unencrypted: one file of 1 GiB, and 1,000 small ones over 16 connections. Both sides
 * are commands as people run them, against Ceph RGW of `npm run services:install`.
 *
 * `--mib N`: another size of the large file; no budget hangs on it then.
 */
import { execFileSync } from 'node:child_process';
import { createWriteStream, mkdirSync, writeFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { DeleteObjectCommand, HeadObjectCommand } from '@aws-sdk/client-s3';
import { s3Server, type TestBucket, testBucket } from '../test/support/s3/server.ts';
import { run, serveByCommand, type WorkspaceByCommand } from '../test/support/servers/workspace-by-command.ts';
import { claim, type Measured } from './frame/claim.ts';
import { race } from './frame/lines.ts';
import { inTurns } from './frame/numbers.ts';

const ROOT = join(import.meta.dirname, '..');
const LAUNCHER = [join(ROOT, 'holdfast')];
const ROUNDS = 5;
/** Second copies that take longer have stopped: the store is full, or gone. */
const COPIES_MS = 180_000;
const CONNECTIONS = 16;
const SMALL_FILES = 1_000;
const SMALL_BYTES = 10_000;
const FULL_MIB = 1024;

const { values } = parseArgs({ options: { mib: { type: 'string' } } });
const mib = Number(values.mib ?? FULL_MIB);

async function writeLarge(path: string): Promise<void> {
  const file = createWriteStream(path);
  const piece = randomBytes(2 ** 20);
  for (let n = 0; n < mib; n += 1) {
    piece.writeUInt32LE(n, 0);
    if (!file.write(Buffer.from(piece))) await once(file, 'drain');
  }
  file.end();
  await once(file, 'close');
}

function writeSmall(folder: string): void {
  mkdirSync(folder);
  for (let n = 0; n < SMALL_FILES; n += 1) {
    writeFileSync(join(folder, `${String(n).padStart(4, '0')}.bin`), randomBytes(SMALL_BYTES));
  }
}

/** Seconds that a command takes; one that fails ends the measuring. */
async function secondsOf(command: () => Promise<{ exitCode: number | null; stderr: string }>): Promise<number> {
  const started = performance.now();
  const { exitCode, stderr } = await command();
  if (exitCode !== 0) throw new Error(`A command ended with ${exitCode}: ${stderr.slice(-500)}`);
  return (performance.now() - started) / 1000;
}

/** Second copies of one round must not run into the next. */
async function copiesDone(workspace: WorkspaceByCommand): Promise<void> {
  const until = performance.now() + COPIES_MS;
  for (;;) {
    if (performance.now() > until) throw new Error('Second copies are not made: see the log of the server above');
    const { stdout } = await workspace.run('backup', 'status', '--json');
    if ((JSON.parse(stdout) as { waiting: number }).waiting === 0) return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

/** Ceph has 8 GiB of memory to keep everything in, and the workspace has switched versions on. */
async function removeForGood({ client, name }: TestBucket, key: string): Promise<void> {
  const { VersionId } = await client.send(new HeadObjectCommand({ Bucket: name, Key: key }));
  await client.send(new DeleteObjectCommand({ Bucket: name, Key: key, VersionId }));
}

async function measure(folder: string): Promise<Measured> {
  const server = s3Server('ceph-rgw');
  if (server.skip) throw new Error(server.skip);
  await using bucket = await testBucket(server);
  const large = join(folder, 'large.bin');
  const small = join(folder, 'small');
  await writeLarge(large);
  writeSmall(small);
  const config = join(folder, 'aws-config');
  writeFileSync(config, `[default]\nregion = us-east-1\ns3 =\n  max_concurrent_requests = ${CONNECTIONS}\n`);
  const env = { AWS_CONFIG_FILE: config, AWS_ENDPOINT_URL: server.endpoint };
  const copy = (...words: string[]) => run(['aws', 's3', 'cp', '--quiet', ...words], env);

  await using workspace = await serveByCommand(LAUNCHER, join(folder, 'workspace'), {
    HOLDFAST_OBJECTS: bucket.url('objects'),
  });
  await workspace.signUp();
  const one = await inTurns(ROUNDS, {
    ours: async (round) => {
      await copiesDone(workspace);
      return secondsOf(() => workspace.run('put', large, `/large-${round}.bin`));
    },
    peer: async (round) => {
      await copiesDone(workspace);
      const key = `peer/large-${round}.bin`;
      const seconds = await secondsOf(() => copy(large, `s3://${bucket.name}/${key}`));
      await removeForGood(bucket, key);
      return seconds;
    },
  });
  await copiesDone(workspace);
  const many = await inTurns(ROUNDS, {
    ours: async (round) => {
      await copiesDone(workspace);
      return secondsOf(() => workspace.run('put', small, `/small-${round}/`, '--jobs', String(CONNECTIONS)));
    },
    peer: async (round) => {
      await copiesDone(workspace);
      return secondsOf(() => copy('--recursive', small, `s3://${bucket.name}/peer/small-${round}/`));
    },
  });
  const told = { name: '`aws s3 cp`', unit: 's', better: 'less', digits: 1 } as const;
  const budget = mib === FULL_MIB ? { atLeast: 0.8 } : {};
  return {
    title: 'uploads to a workspace on S3 beside uploads to S3',
    lines: [
      race(`one file of ${mib} MiB`, { ...one, ...told, ...budget }),
      race(`${SMALL_FILES} files of ${SMALL_BYTES} bytes, ${CONNECTIONS} at a time`, {
        ...many,
        ...told,
        atLeast: 0.8,
      }),
    ],
    peers: [execFileSync('aws', ['--version'], { encoding: 'utf8' }).trim()],
    notes: [
      'Both sides are one run of a command, its start included. Ours goes through the server (`holdfast put` -> server -> Ceph RGW), which encrypts, hashes and writes records; the peer goes straight to Ceph and encrypts nothing. The server makes second copies into a folder behind its answers; both sides wait for those of the turn before. Ceph keeps everything in memory on the same machine: there, as over TLS, bodies of ours are not signed (decision 0051), and those of the peer are.',
    ],
  };
}

await claim('s3-put', measure);
