import assert from 'node:assert/strict';
import { test } from 'node:test';
import { goodAccount, ACCOUNT } from '../checks/test-subject.ts';
import { discover, type Known } from './discover.ts';
import type { LookedUp } from './look-up.ts';

const REGION = 'eu-central-1';
const account = { scope: `aws ${ACCOUNT}`, account: goodAccount };

function knownOf(buckets: readonly string[], more: Partial<Known> = {}): Known {
  const listed = buckets.map((name) => ({ name, region: REGION }));
  return { names: ['acme'], accounts: [{ ...account, buckets: listed }], regions: [], ...more };
}

/** Every name that is asked for, and what the store says of some. */
function store(answers: Readonly<Record<string, Partial<LookedUp>>> = {}) {
  const asked: string[] = [];
  return {
    asked,
    async lookUp(names: readonly string[]) {
      asked.push(...names);
      const free = { exists: false, isListed: false, region: null, answer: 'HEAD 404' };
      return names.map((name): LookedUp => ({ ...free, ...answers[name], name }));
    },
  };
}

const limits = { most: 100, counted: 5000, year: 2026 };
const there = { exists: true, answer: 'HEAD 403' };

test('the pattern of the own buckets is gone on with: what fits it is asked for before what is usual elsewhere', async () => {
  const own = ['acme-prod-ledger-eu1', 'acme-prod-plans-eu1', 'acme-dev-ledger-eu1', 'acme-prod-photos-eu1'];
  const { asked, lookUp } = store();
  await discover(knownOf(own), { ...limits, lookUp });
  assert.ok(asked.indexOf('acme-dev-plans-eu1') >= 0);
  assert.ok(asked.indexOf('acme-dev-plans-eu1') < asked.indexOf('acme-backup'));
});

test('a word that the own buckets begin with is learned as a name of the organisation', async () => {
  const own = ['globex-logs', 'globex-data', 'globex-media', 'images-for-visitors'];
  const { names, found } = await discover(knownOf(own, { names: [] }), { ...limits, ...store() });
  assert.deepEqual(names, ['globex']);
  assert.ok(found.some(({ name }) => name === 'globex-backup'));
});

test('each name is said to be ours, somebody else’s or nobody’s, and never more than was answered', async () => {
  const answers = {
    'acme-logs': { ...there, isListed: true },
    'acme-data': there,
    'acme-media': { exists: null, isListed: null, answer: 'it takes too long' },
  };
  const { found } = await discover(knownOf(['acme-logs']), { ...limits, ...store(answers) });
  const holders = Object.fromEntries(found.map(({ name, holder }) => [name, holder]));
  assert.equal(holders['acme-logs'], 'ours');
  assert.equal(holders['acme-data'], 'others');
  assert.equal(holders['acme-media'], 'unknown');
  assert.equal(holders['acme-backup'], 'nobody');
});

test('names that services would use for the account are asked for, and one that somebody else holds is a finding', async () => {
  const taken = `cdk-hnb659fds-assets-${ACCOUNT}-${REGION}`;
  const own = ['acme-logs', `cf-templates-1abc2def3ghij-${REGION}`];
  const look = store({ [taken]: there });
  const { found, observations } = await discover(knownOf(own, { regions: ['eu-west-1'] }), { ...limits, ...look });
  assert.ok(look.asked.includes(`aws-glue-assets-${ACCOUNT}-eu-west-1`), 'in a Region without a bucket as well');
  assert.ok(look.asked.includes('cf-templates-1abc2def3ghij-eu-west-1'), 'the hash of the account is learned');
  assert.equal(found.find(({ name }) => name === taken)?.by, `CDK, ${REGION}`);
  const [only] = observations;
  assert.equal(only?.observation.verdict, 'fail');
  assert.match(JSON.stringify(only?.observation.evidence), new RegExp(taken));
  const unanswered = store({ [taken]: { exists: null, isListed: null } });
  const blind = await discover(knownOf(own), { ...limits, ...unanswered });
  assert.equal(blind.observations[0]?.observation.verdict, 'unknown');
});

test('an own name is rated by what the others show: random parts are safe, a pattern is found at once', async () => {
  const own = [
    'acme-prod-logs',
    'acme-dev-logs',
    'acme-prod-data',
    'acme-prod-7f3a9c1e5b2d4f60',
    'quixotic-marmalade',
    'acme-prod-marmelo',
  ];
  const { own: rated } = await discover(knownOf(own), { ...limits, ...store() });
  const of = (name: string) => rated.find((each) => each.name === name);
  assert.equal(of('acme-prod-data')?.risk, 'high');
  assert.match(of('acme-prod-data')?.why ?? '', /built like 3 other names of yours, of “acme”, “prod”, “data”/);
  assert.equal(of('acme-prod-7f3a9c1e5b2d4f60')?.risk, 'low');
  assert.equal(of('acme-prod-7f3a9c1e5b2d4f60')?.tries, null);
  assert.equal(of('quixotic-marmalade')?.risk, 'low', 'its own shape is not held against it');
  assert.equal(of('acme-prod-marmelo')?.tries, null, 'nor are its own words');
  const reserved = `acme-logs-${ACCOUNT}-${REGION}-an`;
  const { own: an, found } = await discover(knownOf([reserved]), { ...limits, ...store() });
  assert.equal(an[0]?.reserved, true);
  assert.ok(!found.some(({ name }) => name.endsWith(`-${ACCOUNT}-${REGION}-an`)), 'nobody else can take it');
});

test('names come with falling probability, each once, and all of them can be names of buckets', async () => {
  const own = ['acme.example-logs', 'Acme_Old', 'acme--x', 'a'.repeat(60), 'acme-logs', 'acme-data-2025'];
  const { found } = await discover(knownOf(own), { ...limits, most: 2000, ...store() });
  const guessed = found.filter(({ tries }) => tries !== null).map(({ name }) => name);
  assert.equal(new Set(guessed).size, guessed.length);
  for (const name of guessed) assert.match(name, /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/);
});

test('10,000 own names are rated and guessed from without waiting', async () => {
  const own = Array.from(
    { length: 10_000 },
    (_, index) => `acme-${['prod', 'dev'][index % 2]}-team${index % 800}-${index}`,
  );
  const { own: rated, found } = await discover(knownOf(own), { ...limits, counted: 100_000, ...store() });
  assert.equal(rated.length, 10_000);
  assert.ok(found.length >= limits.most);
});
