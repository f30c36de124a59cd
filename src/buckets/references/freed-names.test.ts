import assert from 'node:assert/strict';
import { test } from 'node:test';
import { known, unread } from '../facts/fact.ts';
import { auditBuckets, type AuditRequest } from '../auditing/audit.ts';
import { allChecks } from '../checks/registry.ts';
import { goodFacts, policyOf } from '../checks/test-subject.ts';
import type { BucketFacts } from '../facts/bucket-facts.ts';
import { openAbilities } from '../facts/abilities.ts';
import type { BucketReader } from '../facts/bucket-reader.ts';
import { testGuard, type TestGuardOptions } from '../guard/test-guard.ts';
import { namesAfter, NO_NAMES, type KnownNames } from './freed-names.ts';

const DAY = 86_400_000;
const times = { nowMs: 10 * DAY, keptMs: 5 * DAY };

test('a name that was seen and is missed is freed; one that is ours again, too old, or of our own namespace is not', () => {
  const before: KnownNames = {
    seen: { kept: 1, gone: 1, 'plans-123456789012-eu-central-1-an': 1 },
    freed: { back: 9 * DAY, recent: 8 * DAY, old: 4 * DAY },
  };
  const { seen, freed } = namesAfter(before, ['kept', 'back', 'new'], times);
  assert.deepEqual(Object.keys(seen).toSorted(), ['back', 'kept', 'new']);
  assert.deepEqual(freed, { gone: 10 * DAY, recent: 8 * DAY });
});

async function audited(
  options: TestGuardOptions,
  reader: Partial<BucketReader>,
  { names = NO_NAMES, ...request }: Partial<AuditRequest> & { readonly names?: KnownNames } = {},
) {
  const { guard } = testGuard(options);
  await using own = await guard.openReader();
  const whole = { checks: allChecks, buckets: [], regions: [], sample: 0, ...request };
  const deps = { settings: guard.settings, clock: guard.clock, abilities: openAbilities(), endpoint: null, names };
  const audit = await auditBuckets(whole, { ...deps, reader: { ...own, ...reader } });
  const found = [...audit.accountObservations, ...audit.buckets.flatMap(({ observations }) => observations)];
  const of = (check: string) => found.find((each) => each.check === check);
  return { audit, outside: of('account-dangling-reference'), inside: of('bucket-dangling-reference') };
}

const site = { name: 'site', where: 'CloudFront E1, origin site' };
const cloudFront = (named: typeof site) => async () => [{ source: 'CloudFront', named: known([named]) }];

test('a distribution whose bucket was deleted is told of, and worse when somebody else has made it', async () => {
  const names = { seen: { site: 1 }, freed: {} };
  const free = await audited({}, { outside: cloudFront(site), holder: async () => known('nobody') }, { names });
  assert.equal(free.outside?.verdict, 'fail');
  assert.match(JSON.stringify(free.outside.evidence), /CloudFront E1.*it was yours, and anybody can make it now/);
  assert.deepEqual(Object.keys(free.audit.names.freed), ['site']);

  const later = { names: free.audit.names };
  const taken = await audited({}, { outside: cloudFront(site), holder: async () => known('others') }, later);
  assert.match(JSON.stringify(taken.outside?.evidence), /is somebody else’s now/);

  const theirs = await audited({}, { outside: cloudFront(site), holder: async () => known('others') });
  assert.equal(theirs.outside?.verdict, 'pass', 'a partner’s bucket was never ours');
});

test('a service that may not be asked, and a name that is not answered, are unknown', async () => {
  const denied = async () => [{ source: 'Route 53', named: unread('denied', 'AccessDenied, 403') }];
  assert.equal((await audited({}, { outside: denied })).outside?.verdict, 'unknown');
  const silent = { outside: cloudFront(site), holder: async () => unread('timed_out') };
  assert.equal((await audited({}, silent)).outside?.verdict, 'unknown');
});

test('a policy that names a bucket which was ours and is somebody else’s now is wrong', async () => {
  const statement = { Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: 'arn:aws:s3:::site/*' };
  const bucket: BucketFacts = {
    ...goodFacts,
    policy: known(policyOf(statement)),
    logging: known(null),
    replication: known(null),
  };
  const holder = async () => known('others' as const);
  const { inside } = await audited(
    { buckets: [bucket] },
    { holder },
    { names: { seen: {}, freed: { site: Date.UTC(2026, 10, 1) } } },
  );
  assert.equal(inside?.verdict, 'fail');
  assert.match(JSON.stringify(inside.evidence), /In the policy, somebody else’s now/);
  const { inside: partner } = await audited({ buckets: [bucket] }, { holder });
  assert.equal(partner?.verdict, 'pass');
});

test('a look at some buckets forgets no name, frees none, and asks no other service', async () => {
  const names = { seen: { site: 1 }, freed: { old: 2 } };
  let asked = 0;
  const outside = async () => {
    asked += 1;
    return [];
  };
  const { audit } = await audited({ buckets: [goodFacts] }, { outside }, { names, buckets: ['plans'] });
  assert.deepEqual(audit.names, names);
  assert.equal(asked, 0);
});
