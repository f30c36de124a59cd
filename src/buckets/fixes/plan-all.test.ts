import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findingId, type Observation } from '../../findings/index.ts';
import type { Audit } from '../auditing/audit.ts';
import { accountResource, observationOf } from '../auditing/observations.ts';
import type { KnownFindings } from '../auditing/report.ts';
import { accountBlockPublicAccess } from '../checks/access/account-block-public-access.ts';
import { ACCOUNT } from '../checks/test-subject.ts';
import { known } from '../facts/fact.ts';
import { ACCOUNT_CHECK, planOf } from './plan-all.ts';
import { auditedBucket, publicPolicy } from './test-plans.ts';

function audit(): Audit {
  const { audited, place } = auditedBucket({ policy: known(publicPolicy), publicAccessBlock: known(null) });
  const resource = accountResource(ACCOUNT, place.account);
  const ofAccount = accountBlockPublicAccess.judge(place.account);
  return {
    scope: 'aws',
    checks: [],
    account: place.account,
    buckets: [audited],
    accountObservations: [observationOf(accountBlockPublicAccess, ofAccount, resource)],
    gone: [],
    abilities: {} as Audit['abilities'],
    complete: true,
    names: { seen: {}, freed: {} },
  };
}

/** As if somebody had accepted what was found by this check. */
function accepting({ buckets }: Audit, check: string): KnownFindings {
  const found = buckets.flatMap(({ observations }) => observations.filter((each: Observation) => each.check === check));
  const words = { firstSeenTime: '', changedTime: '', reopened: 0 };
  return new Map(found.map((each) => [findingId(each), { ...words, state: 'accepted' as const }]));
}

const request = { endpoint: null, areNamed: false, atMs: 0 };

test('a bucket that is public on purpose stays public, whatever else is mended', () => {
  const seen = audit();
  const { buckets, account, accountLeft } = planOf(seen, { ...request, known: accepting(seen, 'bucket-public-read') });
  const [plan] = buckets;
  assert.equal(plan?.after.verdict, 'public-read');
  assert.ok(plan?.losses.every(({ lost }) => lost.length === 0));
  const left = plan?.left.find(({ check }) => check === 'bucket-block-public-access');
  assert.match(left?.why ?? '', /accepted: bucket-public-read/);
  assert.equal(account, null);
  assert.match(accountLeft ?? '', /bucket-public-read of plans/);
});

test('a decision counts also when its check is none of those that were chosen', () => {
  const seen = audit();
  const decided = accepting(seen, 'bucket-public-read');
  const chosen = seen.buckets.map((each) => ({
    ...each,
    observations: each.observations.filter(({ check }) => check === 'bucket-block-public-access'),
  }));
  assert.deepEqual(planOf({ ...seen, buckets: chosen }, { ...request, known: decided }).changes, []);
});

test('the account is changed with a word about who loses access, and never for the sake of one bucket', () => {
  const seen = audit();
  const whole = planOf(seen, { ...request, known: new Map() });
  assert.equal(whole.account?.target.kind, 'account');
  assert.match(whole.accountLosses.join(), /plans: Everyone/i);
  const named = planOf(seen, { ...request, known: new Map(), areNamed: true });
  assert.equal(named.account, null);
  assert.match(named.accountLeft ?? '', /every bucket/);
  assert.ok(named.changes.every(({ target }) => target.kind === 'bucket'));
  assert.equal(ACCOUNT_CHECK, accountBlockPublicAccess.id);
});
