/**
 * A real server over a real S3 server, with everything between them that a network and a busy store do, and killed in the
 * midst of it. What was acknowledged is there, whole and twice; nothing is half there.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newActor, verify, work } from '../support/crash/actors.ts';
import { driveClient } from '../support/crash/drive/client.ts';
import { seeded, type Seeded } from '../support/crash/seeded.ts';
import { servedWorkspace } from '../support/crash/served-workspace.ts';
import { compareStores } from '../support/crash/stores-and-records.ts';
import { faultyS3, type S3Call, type S3Fault } from '../support/s3/faulty-s3.ts';
import { s3Server, testBucket } from '../support/s3/server.ts';
import { startServer } from '../support/servers/start-server.ts';

const ceph = s3Server('ceph-rgw');
const { skip } = ceph;

const ROUNDS = 3;
const ACTORS = 3;
const ACTS = 12;
/** One call in so many goes wrong. */
const SHARE = 0.25;

/** The store gives up soon, so that a fault that stays is seen as one, and not only waited for. */
const IMPATIENT = {
  HOLDFAST_S3_ATTEMPTS: '2',
  HOLDFAST_S3_STALL_TIMEOUT_MS: '1500',
  HOLDFAST_S3_REQUEST_TIMEOUT_MS: '10000',
  HOLDFAST_LIST_INDEXED_FROM: '10',
};

/** What may befall a call about a file. */
function faultOf(random: Seeded, { method, key }: S3Call): S3Fault | undefined {
  if (!key.includes('/o/') || random.fraction() > SHARE) return undefined;
  const always: readonly S3Fault[] = [
    { answer: 500, code: 'InternalError' },
    { answer: 503, code: 'SlowDown' },
    'reset',
    'lost_answer',
  ];
  if (method === 'PUT' || method === 'POST') {
    return random.pick<S3Fault>([
      ...always,
      { answer: 409, code: 'ConditionalRequestConflict' },
      { answer: 412, code: 'PreconditionFailed' },
      'silence',
    ]);
  }
  if (method !== 'GET') return random.pick(always);
  const at = random.whole(0, 3000);
  return random.pick<S3Fault>([...always, { cutAfter: at }, { stallAfter: at }]);
}

test(
  'a storm between a server and S3, with kills: every answer stays true, and nothing is lost',
  { skip },
  async (t) => {
    await using way = await faultyS3(ceph.endpoint);
    await using objects = await testBucket(ceph);
    await using backup = await testBucket(ceph);
    const through = (url: string): string => url.replace(ceph.endpoint, way.endpoint);
    const places = { HOLDFAST_OBJECTS: through(objects.url('work')), HOLDFAST_BACKUP: through(backup.url()) };
    await using workspace = await servedWorkspace({ settings: { ...places, ...IMPATIENT } });
    const { accountId, token } = workspace.account;
    const refusals = new Map<string, number>();
    const weather = { calm: 0 };
    let started = await workspace.start();
    const actors = await Promise.all(
      Array.from({ length: ACTORS }, (_, n) => newActor(started.client, `a${n}`, seeded(`s3 storm ${n}`))),
    );
    let acts = 0;
    for (let round = 0; round < ROUNDS; round += 1) {
      const { server, client } = started;
      const random = seeded(`s3 storm, round ${round}`);
      const killAt = random.whole(30, 120);
      let killed = false;
      way.plan((call) => {
        if (call.nth === killAt) {
          killed = true;
          server.child.kill('SIGKILL');
        }
        return weather.calm === 0 ? faultOf(random, call) : undefined;
      });
      const working = { client, refusals, weather, acts: ACTS, killed: () => killed };
      await Promise.all(actors.map((actor) => work({ ...working, actor })));
      way.plan(null);
      if (!killed) t.diagnostic(`round ${round}: they were done before call ${killAt}`);
      killed = true;
      server.child.kill('SIGKILL');
      await server.ended;
      started = await workspace.start();
      await verify(started.client, actors);
      acts += ACTORS * ACTS;
    }
    started.server.child.kill('SIGTERM');
    await started.server.ended;

    // What was left to be done is waited for by the clock of the workspace.
    let nowMs = Date.now();
    const { dataFolder: data } = workspace;
    await using last = await startServer({ data, environment: { ...places, ...IMPATIENT }, clock: () => nowMs });
    for (let hour = 0; hour < 3; hour += 1) {
      nowMs += 3_600_000;
      await last.workspace.files.copyDue();
      await last.workspace.files.purgeDue();
    }
    const client = await driveClient(last.url, token);
    await verify(client, actors);
    const status = await last.workspace.files.backupStatus();
    assert.equal(status.verdict, 'complete', JSON.stringify(status));
    const { stores } = last.workspace;
    const compared = await compareStores(data, { driveId: client.driveId, accountId, deep: true, stores });
    assert.deepEqual(compared.complaints, []);
    assert.ok(compared.objects > 0);
    // A server that says no to everything would keep every promise too.
    const refused = [...refusals.values()].reduce((sum, each) => sum + each, 0);
    assert.ok(refused < acts / 2, JSON.stringify([...refusals]));
    t.diagnostic(`${compared.objects} objects, refused: ${JSON.stringify([...refusals])}`);
  },
);
