/** An agent that looks at buckets and watches one, as its own process, at versitygw and at a real server. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { newId } from '../../src/base/ids.ts';
import type { FindingsReply } from '../../src/findings/wire.ts';
import type { EnrolmentMade } from '../../src/host/wire.ts';
import type { NoticesReply } from '../../src/notifications/wire.ts';
import { startAgentProcess } from '../support/hosts/agent-process.ts';
import { launcher } from '../support/clients/cli-person.ts';
import { s3Server } from '../support/s3/server.ts';
import { startServer } from '../support/servers/start-server.ts';
import { run } from '../support/servers/workspace-by-command.ts';

const { endpoint, skip } = s3Server('versitygw');
const Bucket = `agent-${newId().slice(-12)}`;
const keys = { AWS_ACCESS_KEY_ID: 'holdfasttest', AWS_SECRET_ACCESS_KEY: 'holdfast-secret', AWS_REGION: 'us-east-1' };

/** The processes that look at buckets for an agent. */
function bucketProcesses(parent: number): readonly number[] {
  return readdirSync('/proc').flatMap((name) => {
    try {
      const ofAgent = readFileSync(`/proc/${name}/stat`, 'utf8').split(') ').at(-1)?.split(' ')[1] === String(parent);
      return ofAgent && /agent-buckets-worker/.test(readFileSync(`/proc/${name}/cmdline`, 'utf8'))
        ? [Number(name)]
        : [];
    } catch {
      // It has ended meanwhile, or is no process.
      return [];
    }
  });
}

test(
  'an agent reports buckets with its own token, and what happened while its watch was killed',
  { skip },
  async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'agent-buckets-'));
    const [state, checks] = [join(folder, 'state'), join(folder, 'checks')];
    const s3 = new S3Client({
      ...{ endpoint, region: 'us-east-1', forcePathStyle: true },
      credentials: { accessKeyId: keys.AWS_ACCESS_KEY_ID, secretAccessKey: keys.AWS_SECRET_ACCESS_KEY },
    });
    t.after(async () => {
      for (const Key of ['2026/a', '2026/b']) await s3.send(new DeleteObjectCommand({ Bucket, Key })).catch(() => {});
      await s3.send(new DeleteBucketCommand({ Bucket })).catch(() => {});
      s3.destroy();
      rmSync(folder, { recursive: true, force: true });
    });
    mkdirSync(checks, { mode: 0o755 });
    const header = ['id: OWN-01', 'title: One', 'severity: low', 'rationale: It is.', 'needs: nothing', 'fix: M'];
    const script = `${[...header, 'remedy: None.'].map((line) => `# ${line}\n`).join('')}\ndetect() { pass; }\n`;
    writeFileSync(join(checks, 'OWN-01.sh'), script, { mode: 0o644 });
    await s3.send(new CreateBucketCommand({ Bucket }));
    await s3.send(new PutObjectCommand({ Bucket, Key: '2026/a', Body: 'one' }));

    await using server = await startServer({ data: join(folder, 'data') });
    const { token: admin } = await server.signUp();
    const get = async <Reply>(path: string): Promise<Reply> =>
      (await (await server.call('GET', `/api/v1${path}`, { token: admin })).json()) as Reply;
    const json = { with: ['host', 'buckets'] };
    const made = await server.call('POST', '/api/v1/hosts/enrolments', { token: admin, json });
    const tokenFile = join(folder, 'token');
    writeFileSync(tokenFile, ((await made.json()) as EnrolmentMade).token, { mode: 0o600 });
    const words = ['--state', state, '--checks', checks, '--check', 'OWN-01', '--endpoint', endpoint];
    const agent = startAgentProcess(
      [
        ...words,
        '--server',
        server.url,
        '--token-file',
        tokenFile,
        '--with',
        'host,buckets',
        '--buckets',
        `${Bucket}/2026/`,
      ],
      { HOME: folder, ...keys },
    );
    await Promise.all([agent.said(/The buckets were looked at/), agent.said(/The buckets are watched/)]);

    const { findings } = await get<FindingsReply>(`/findings?source=buckets&resource=*${Bucket}*&limit=50`);
    assert.ok(findings.length > 0);
    const [watcher = 0, ...others] = bucketProcesses(agent.pid);
    assert.deepEqual(others, []);
    await s3.send(new PutObjectCommand({ Bucket, Key: '2026/b', Body: 'two' }));
    process.kill(watcher, 'SIGKILL');
    await agent.said(/buckets watch: .*SIGKILL.*It is started again/);
    let told: NoticesReply['notices'] = [];
    const isTold = async (): Promise<boolean> => {
      told = (await get<NoticesReply>('/notices?limit=100')).notices.filter(({ kind }) => kind === 'watched_objects');
      return told.length > 0;
    };
    while (!(await agent.until(isTold()))) await new Promise((resolve) => setTimeout(resolve, 100));
    assert.equal(told[0]?.count, 1);
    assert.match(
      told[0]?.details.join('\n') ?? '',
      /1 created[^]*2026\/b[^]*Told by the agent of the host [0-9a-f]{32}/,
    );

    const status = await run([launcher, 'agent', 'status', '--state', state, '--json'], { HOME: folder });
    const { watchingSinceTime, auditFailing, lastAudit } = JSON.parse(status.stdout) as Record<string, unknown>;
    assert.equal(typeof watchingSinceTime, 'string');
    assert.equal(auditFailing, null);
    assert.equal((lastAudit as { done: boolean }).done, true);
    // No credentials of the store are kept, and the server never had them.
    const kept = readdirSync(state, { recursive: true, withFileTypes: true }).filter((each) => each.isFile());
    for (const { parentPath, name } of kept) {
      assert.ok(!readFileSync(join(parentPath, name)).includes(keys.AWS_SECRET_ACCESS_KEY), name);
    }

    // When it is killed, nothing of it goes on.
    const [last = 0] = bucketProcesses(agent.pid);
    agent.kill('SIGKILL');
    await agent.ended;
    const goesOn = (): boolean => {
      try {
        return /agent-buckets-worker/.test(readFileSync(`/proc/${last}/cmdline`, 'utf8'));
      } catch {
        return false;
      }
    };
    while (goesOn()) await new Promise((resolve) => setTimeout(resolve, 50));
  },
);
