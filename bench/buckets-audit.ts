/**
 * An audit of 1,000 buckets is bounded by the store: `holdfast buckets audit`, with its start, its verdicts, its checks
 * and its findings on the disk, beside a program that makes the same calls through the same SDK and throws the answers
 * away. Against a versitygw of its own, which answers faster than anything over a network does.
 *
 * `--buckets N`: another number of them; no budget hangs on it then.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { CreateBucketCommand, PutBucketPolicyCommand, S3Client } from '@aws-sdk/client-s3';
import { eachAtOnce } from '../src/buckets/facts/gather.ts';
import { freePort } from '../test/support/servers/process.ts';
import { run } from '../test/support/servers/workspace-by-command.ts';
import { claim, type Measured } from './frame/claim.ts';
import { race } from './frame/lines.ts';
import { inTurns, median } from './frame/numbers.ts';

const ROOT = join(import.meta.dirname, '..');
const VERSITYGW = join(ROOT, '.services/bin/versitygw');
/** Each side takes some ten seconds, during which the machine is for nobody else. */
const ROUNDS = 3;
const FULL = 1_000;
const KEYS = { AWS_ACCESS_KEY_ID: 'holdfasttest', AWS_SECRET_ACCESS_KEY: 'holdfast-secret' };

const { values } = parseArgs({ options: { buckets: { type: 'string' } } });
const count = Number(values.buckets ?? FULL);

interface Store extends AsyncDisposable {
  readonly endpoint: string;
  readonly version: string;
}

async function startStore(folder: string): Promise<Store> {
  const objects = join(folder, 'objects');
  mkdirSync(objects);
  const address = `127.0.0.1:${await freePort()}`;
  const child = spawn(VERSITYGW, ['--quiet', '--keep-alive', '--port', address, 'posix', objects], {
    env: { ...process.env, ROOT_ACCESS_KEY: KEYS.AWS_ACCESS_KEY_ID, ROOT_SECRET_KEY: KEYS.AWS_SECRET_ACCESS_KEY },
    stdio: 'ignore',
  });
  return {
    endpoint: `http://${address}`,
    version: readFileSync(`${VERSITYGW}.version`, 'utf8').trim(),
    async [Symbol.asyncDispose]() {
      child.kill();
      await once(child, 'close');
    },
  };
}

/** Every second one lets everybody read, and its policy names a partner as well. */
async function makeBuckets(endpoint: string): Promise<void> {
  const credentials = { accessKeyId: KEYS.AWS_ACCESS_KEY_ID, secretAccessKey: KEYS.AWS_SECRET_ACCESS_KEY };
  const client = new S3Client({ endpoint, region: 'us-east-1', forcePathStyle: true, credentials, maxAttempts: 20 });
  const names = Array.from({ length: count }, (_, index) => `audited-${index}`);
  const made = eachAtOnce(names, 8, async (Bucket) => {
    await client.send(new CreateBucketCommand({ Bucket }));
    if (Number(Bucket.split('-')[1]) % 2 === 0) return;
    const Resource = `arn:aws:s3:::${Bucket}/*`;
    const Statement = [{ Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource }];
    await client.send(new PutBucketPolicyCommand({ Bucket, Policy: JSON.stringify({ Statement }) }));
  });
  for await (const _ of made);
  client.destroy();
}

async function measure(folder: string): Promise<Measured> {
  await using store = await startStore(folder);
  await makeBuckets(store.endpoint);
  const env = (round: number) => ({ ...KEYS, AWS_REGION: 'us-east-1', XDG_STATE_HOME: join(folder, `state-${round}`) });
  const calls = new Set<number>();
  const seconds = async (command: readonly string[], round: number, look: (stdout: string) => void) => {
    const started = performance.now();
    const { exitCode, stdout, stderr } = await run(command, env(round));
    const took = (performance.now() - started) / 1000;
    // 1: something of what was found is high or worse, as it must be here.
    if (exitCode === null || exitCode > 1) throw new Error(`${command.join(' ')} ended with ${exitCode}: ${stderr}`);
    look(stdout);
    return took;
  };
  const audit = [join(ROOT, 'holdfast'), 'buckets', 'audit', '--endpoint', store.endpoint, '--json'];
  const bare = [process.execPath, join(import.meta.dirname, 'buckets-audit/bare-calls.ts'), store.endpoint];
  const times = await inTurns(ROUNDS, {
    ours: (round) =>
      seconds(audit, round, (stdout) => {
        const { audits } = JSON.parse(stdout) as { audits: { buckets: { verdict: string }[] }[] };
        const verdicts = audits.flatMap(({ buckets }) => buckets.map(({ verdict }) => verdict));
        const isPublic = verdicts.filter((verdict) => verdict === 'public-read').length;
        if (verdicts.length !== count || isPublic !== Math.floor(count / 2)) {
          throw new Error(`The audit saw ${verdicts.length} buckets, ${isPublic} of them public`);
        }
      }),
    peer: (round) => seconds(bare, round, (stdout) => calls.add((JSON.parse(stdout) as { calls: number }).calls)),
  });
  const [made = 0] = calls;
  const told = { name: 'the bare calls', unit: 's', better: 'less', digits: 1 } as const;
  return {
    title: `an audit of ${count.toLocaleString('en')} buckets beside its bare calls`,
    lines: [
      race('from the start of the command to its end', {
        ...times,
        ...told,
        ...(count === FULL ? { atLeast: 0.8 } : {}),
      }),
    ],
    notes: [
      `The peer makes ${made.toLocaleString('en')} calls through the same SDK, 32 at once, and throws the answers away: ${(made / median(times.peer)).toFixed(0)} a second. The audit makes them too, judges ${count.toLocaleString('en')} buckets by every check, and keeps what it found and what the store said on the disk.`,
    ],
    peers: [`versitygw ${store.version}`],
  };
}

await claim('buckets-audit', measure);
