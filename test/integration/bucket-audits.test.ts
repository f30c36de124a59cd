/** Audits of buckets that admins begin at a real server, over HTTP. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import type { BucketReply, BucketsReply, PlacesReply } from '../../src/buckets/wire.ts';
import { lyingS3, type LyingS3 } from '../support/s3/lying-s3.ts';
import type { NoticesReply } from '../../src/notifications/wire.ts';
import { startServer, type SignedUp, type StartedServer } from '../support/servers/start-server.ts';

let store: LyingS3;
let server: StartedServer;
let admin: SignedUp;
let member: SignedUp;
/** What the tests turn. */
let refuseList = false;
let hold: Promise<void> | undefined;
let count = 3;

const policyOf = (bucket: string) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'Partner',
        Effect: 'Allow',
        Principal: { AWS: 'arn:aws:iam::210987654321:root' },
        Action: 's3:GetObject',
        Resource: `arn:aws:s3:::${bucket}/*`,
      },
      {
        Sid: 'Everyone',
        Effect: 'Allow',
        Principal: '*',
        Action: 's3:GetObject',
        Resource: `arn:aws:s3:::${bucket}/*`,
      },
    ],
  });

before(async () => {
  store = await lyingS3({
    get buckets() {
      return count;
    },
    refuse: ({ bucket }) => (bucket === '' && refuseList ? [403, 'AccessDenied'] : undefined),
    answer: ({ bucket, question }) => (bucket === 'bucket-2' && question === 'policy' ? policyOf(bucket) : undefined),
    hold: ({ bucket }) => (bucket === '' ? undefined : hold),
  });
  server = await startServer({ environment: { HOLDFAST_BUCKETS: store.endpoint, HOLDFAST_BUCKETS_PROGRESS_MS: '50' } });
  admin = await server.signUp();
  member = await server.signUp();
});
after(async () => {
  await server[Symbol.asyncDispose]();
  await store[Symbol.asyncDispose]();
});

async function call<Body>(method: string, path: string, json?: unknown, { token } = admin) {
  const response = await server.call(method, `/api/v1${path}`, { token, ...(json === undefined ? {} : { json }) });
  return { status: response.status, body: (await response.json()) as Body & { readonly code?: string } };
}
const places = async () => (await call<PlacesReply>('GET', '/buckets/places')).body;
const list = async (query = '') => (await call<BucketsReply>('GET', `/buckets${query}`)).body;

async function ended(): Promise<PlacesReply> {
  for (;;) {
    const now = await places();
    if (now.running === null) return now;
    await turn();
  }
}
async function audit(probe = false): Promise<PlacesReply> {
  const begun = await call<PlacesReply>('POST', '/buckets/audits', { placeId: null, probe });
  assert.equal(begun.status, 202, JSON.stringify(begun.body));
  return await ended();
}

test('only admins see buckets, begin a look and stop one', async () => {
  const calls = [
    ['GET', '/buckets/places'],
    ['GET', '/buckets'],
    ['GET', `/buckets/${'0'.repeat(32)}`],
    ['POST', '/buckets/audits', { placeId: null, probe: false }],
    ['DELETE', '/buckets/audits/running'],
  ] as const;
  for (const [method, path, json] of calls) {
    const { status, body } = await call(method, path, json, member);
    assert.deepEqual([status, body.code], [403, 'admin_only'], `${method} ${path}`);
  }
  assert.equal((await places()).running, null);
});

test('before the first look nothing is listed, and nothing is claimed', async () => {
  const { places: known, running } = await places();
  assert.deepEqual(
    known.map(({ kind, endpoint, last }) => [kind, endpoint, last]),
    [['store', store.endpoint, null]],
  );
  assert.equal(running, null);
  assert.deepEqual((await list()).buckets, []);
  assert.equal((await call('GET', `/buckets/${'0'.repeat(32)}`)).body.code, 'bucket_not_found');
  assert.equal((await call('GET', '/buckets/x%20y')).status, 404);
});

test('a look lists the worst first; the page of a bucket has the proof, the findings and what would mend it', async () => {
  const { places: known } = await audit();
  assert.equal(known[0]?.last?.buckets, 3);
  assert.equal(known[0]?.last?.failure, null);
  const { buckets, counts, total } = await list();
  assert.equal(total, 3);
  assert.equal(counts['public-read'], 1);
  const [worst] = buckets;
  assert.deepEqual([worst?.bucket, worst?.verdict, worst?.worst], ['bucket-2', 'public-read', 'critical']);

  const { body } = await call<BucketReply>('GET', `/buckets/${worst?.bucketId}`);
  const way = body.ways.find(({ level }) => level === 'public');
  assert.deepEqual(way?.statement, { index: 1, sid: 'Everyone' });
  assert.match(way?.request?.command ?? '', /^curl /);
  assert.equal(body.policy, policyOf('bucket-2'));
  assert.deepEqual(
    body.fix.calls.slice(0, 1).map(({ call: name }) => name),
    ['PutBucketPolicy'],
  );
  assert.match(body.fix.calls[0]?.after ?? '', /Partner/);
  assert.doesNotMatch(body.fix.calls[0]?.after ?? '', /Everyone/);
  assert.ok(body.fix.losses.some((sentence) => /everyone/i.test(sentence)));
  assert.equal(body.fix.command, `holdfast buckets fix bucket-2 --endpoint ${store.endpoint}`);
  const open = body.findings.find(({ check }) => check === 'bucket-public-read');
  assert.equal(open?.state, 'open');
  assert.equal(body.probe, null);
});

test('filters, pages and names narrow the list, and a word that is none is refused', async () => {
  assert.deepEqual(
    (await list('?verdict=public-read,public-write')).buckets.map(({ bucket }) => bucket),
    ['bucket-2'],
  );
  assert.deepEqual(
    (await list('?severity=critical')).buckets.map(({ bucket }) => bucket),
    ['bucket-2'],
  );
  assert.deepEqual(
    (await list('?text=ET-1')).buckets.map(({ bucket }) => bucket),
    ['bucket-1'],
  );
  assert.equal((await list('?place=0000000000000000')).total, 0);
  const first = await list('?limit=2');
  const second = await list(`?limit=2&after=${encodeURIComponent(first.next ?? '')}`);
  assert.deepEqual(
    [...first.buckets, ...second.buckets].map(({ bucket }) => bucket),
    ['bucket-2', 'bucket-0', 'bucket-1'],
  );
  assert.equal(second.next, undefined);
  const wrong = await call('GET', '/buckets?verdict=open');
  assert.deepEqual([wrong.status, wrong.body.code], [422, 'buckets_filter_invalid']);
});

test('what somebody accepts counts no more, and the fix leaves it', async () => {
  const [worst] = (await list()).buckets;
  const { body: before } = await call<BucketReply>('GET', `/buckets/${worst?.bucketId}`);
  const criticals = before.findings.filter(({ severity, verdict }) => severity === 'critical' && verdict === 'fail');
  for (const { findingId } of criticals) {
    const accepted = await call('POST', `/findings/${findingId}/accept`, { reason: 'A web site', until: null });
    assert.equal(accepted.status, 200);
  }
  assert.equal((await list()).buckets[0]?.severities.critical, 0);
  await audit();
  const { body } = await call<BucketReply>('GET', `/buckets/${worst?.bucketId}`);
  assert.equal(body.bucket.verdict, 'public-read', 'it is as public as it was');
  assert.equal(body.fix.accepted, criticals.length);
  assert.ok(body.fix.calls.every(({ call: name }) => name !== 'PutBucketPolicy'));
  const [known] = body.findings.filter(({ check }) => check === 'bucket-public-read');
  assert.equal(known?.state, 'accepted');
  assert.equal(
    known?.firstSeenTime,
    before.findings.find(({ check }) => check === 'bucket-public-read')?.firstSeenTime,
  );
});

test('a probe asks as a stranger, and its answers stand on the page', async () => {
  const before = store.calls.length;
  await audit(true);
  const asked = store.calls.slice(before);
  assert.ok(asked.length > 3 * 13);
  const [worst] = (await list()).buckets;
  const { body } = await call<BucketReply>('GET', `/buckets/${worst?.bucketId}`);
  assert.ok((body.probe?.requests.length ?? 0) >= 13);
});

test('there is one look at a time; it tells how far it is, and is stopped', async () => {
  const held = Promise.withResolvers<void>();
  hold = held.promise;
  const begun = await call<PlacesReply>('POST', '/buckets/audits', { placeId: null, probe: false });
  assert.equal(begun.status, 202);
  assert.equal(begun.body.running?.at, 0);
  const again = await call('POST', '/buckets/audits', { placeId: null, probe: false });
  assert.deepEqual([again.status, again.body.code], [409, 'buckets_audit_runs']);
  const before = begun.body.places[0]?.last?.startedTime;
  const stopped = await call<PlacesReply>('DELETE', '/buckets/audits/running');
  assert.equal(stopped.body.running, null);
  hold = undefined;
  held.resolve();
  assert.equal((await places()).places[0]?.last?.startedTime, before, 'a look that was stopped is none');
  assert.equal((await list()).total, 3, 'what was found before stays');
  assert.equal((await call('DELETE', '/buckets/audits/running')).status, 200);
});

test('a place that cannot be looked at says why, and what was found before stays', async () => {
  refuseList = true;
  const { places: known } = await audit();
  refuseList = false;
  assert.equal(known[0]?.last?.failure?.code, 'buckets_unlisted');
  assert.match(known[0]?.last?.failure?.detail ?? '', /AccessDenied, 403/);
  assert.equal((await list()).total, 3);
});

test('a bucket that is gone leaves the list, and its findings are over', async () => {
  count = 2;
  await audit();
  const { buckets } = await list();
  assert.deepEqual(
    buckets.map(({ bucket }) => bucket),
    ['bucket-0', 'bucket-1'],
  );
  const { body } = await call<{ findings: unknown[] }>('GET', '/findings?resource=*bucket-2&state=open');
  assert.deepEqual(body.findings, []);
});

test('who began a look and who stopped one stands in the audit trail', async () => {
  const { body } = await call<{ events: { act: string; actorId: string }[] }>('GET', '/audit/events?limit=100');
  const acts = body.events.filter(({ act }) => act.startsWith('bucket_audit.'));
  assert.ok(acts.some(({ act }) => act === 'bucket_audit.begun'));
  assert.ok(acts.some(({ act }) => act === 'bucket_audit.stopped'));
});

test('what somebody’s watch saw is told to admins once, by them alone, and no more than a notice holds', async () => {
  const notice = { id: 'watch-1', kind: 'burst', about: 'plans', count: 3, lines: ['ALARM: plans: 3 deletions'] };
  const post = (body: object, who = admin) =>
    server.call('POST', '/api/v1/buckets/notices', { token: who.token, json: body });
  for (let again = 0; again < 2; again += 1) assert.equal((await post({ notices: [notice] })).status, 204);
  const opened = { ...notice, id: 'opened', kind: 'opened', lines: ['plans: 1 opened to everyone'] };
  assert.equal((await post({ notices: [opened] })).status, 204);
  assert.equal((await post({ notices: [notice] }, member)).status, 403);
  for (const bad of [
    { notices: [] },
    { notices: [{ ...notice, kind: 'guard' }] },
    { notices: [{ ...notice, lines: [] }] },
  ]) {
    assert.equal((await post(bad)).status, 422);
  }
  for (const owner of [member.email.toUpperCase(), admin.email, 'nobody@elsewhere.example']) {
    assert.equal((await post({ notices: [{ ...notice, id: owner.slice(0, 3), kind: 'objects', owner }] })).status, 204);
  }
  await server.workspace.notifications.make();
  const { notices } = (await call<NoticesReply>('GET', '/notices')).body;
  const told = notices.filter(({ kind }) => kind === 'watched_objects_burst');
  assert.deepEqual(
    told.map(({ count: number, details }) => [number, details]),
    [[1, ['ALARM: plans: 3 deletions']]],
  );
  assert.equal(notices.find(({ kind }) => kind === 'watched_objects_opened')?.severity, 'critical');
  const objects = notices.find(({ kind }) => kind === 'watched_objects');
  assert.equal(objects?.count, 9, 'admins hear of every bucket');
  assert.ok(objects?.details.includes('ALARM: plans: 3 deletions (owner: nobody@elsewhere.example)'));
  assert.deepEqual(
    notices.filter(({ kind }) => kind?.startsWith('owned_')),
    [],
    'an admin who owns one hears of it once',
  );
  const theirs = (await call<NoticesReply>('GET', '/notices', undefined, member)).body.notices;
  assert.deepEqual(
    theirs.flatMap(({ kind, count: number, details }) => (kind?.includes('_objects') ? [[kind, number, details]] : [])),
    [['owned_objects', 3, ['ALARM: plans: 3 deletions']]],
    'an owner hears of their own alone',
  );
});
