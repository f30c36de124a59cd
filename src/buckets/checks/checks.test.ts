import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { test } from 'node:test';
import type { Verdict } from '../../findings/index.ts';
import { known, unread } from '../facts/fact.ts';
import { accountCases } from './test-account-cases.ts';
import { bucketCases as otherCases, type Cases } from './test-cases.ts';
import { keepingCases } from './test-keeping-cases.ts';
import { allChecks } from './registry.ts';
import { goodAccount, subjectOf } from './test-subject.ts';

const HERE = import.meta.dirname;
const bucketCases = { ...otherCases, ...keepingCases };
const VERDICTS: readonly Verdict[] = ['pass', 'fail', 'unknown', 'not_applicable'];

test('every file of the rooms is in the registry, under its own name, and there are at least 40', () => {
  const files = globSync('*/*.ts', { cwd: HERE }).filter((file) => !file.endsWith('.test.ts'));
  assert.deepEqual(allChecks.map(({ id }) => id).toSorted(), files.map((file) => basename(file, '.ts')).toSorted());
  assert.ok(allChecks.length >= 40, `${allChecks.length} checks`);
});

test('every check has cases for pass, fail and unknown, but for those that look at names alone', () => {
  const namesAlone = ['bucket-name-dots', 'bucket-name-account', 'bucket-namespace'];
  for (const { id } of allChecks) {
    const cases: Cases<unknown> | undefined = bucketCases[id] ?? accountCases[id];
    assert.ok(cases, id);
    assert.ok(cases.fail.length > 0, `${id}: no case that fails`);
    assert.ok(cases.unknown.length > 0 || namesAlone.includes(id), `${id}: no case that is unknown`);
  }
});

for (const check of allChecks) {
  test(`${check.id} judges as its table says`, () => {
    if (check.subject === 'account') {
      const cases = accountCases[check.id];
      assert.equal(check.judge(goodAccount).verdict, 'pass');
      for (const verdict of VERDICTS) {
        for (const changes of cases?.[verdict] ?? []) {
          assert.equal(check.judge({ ...goodAccount, ...changes }).verdict, verdict, JSON.stringify(changes));
        }
      }
      return;
    }
    const cases = bucketCases[check.id];
    assert.equal(check.judge(subjectOf(cases?.good ?? {})).verdict, 'pass', 'a bucket in order passes');
    for (const verdict of VERDICTS) {
      for (const changes of cases?.[verdict] ?? []) {
        const { verdict: judged, evidence } = check.judge(subjectOf(changes));
        assert.equal(judged, verdict, `${JSON.stringify(changes)}\n${JSON.stringify(evidence)}`);
      }
    }
  });
}

test('a check looks at nothing that it does not ask to be read', () => {
  for (const check of allChecks) {
    if (check.subject === 'account') continue;
    const looked = new Set<string>();
    const subject = subjectOf(bucketCases[check.id]?.good ?? {});
    const facts = new Proxy(subject.facts, {
      get(target, name) {
        looked.add(String(name));
        return target[name as keyof typeof target];
      },
    });
    for (const exposure of [subject.exposure, subjectOf({ acl: unread('denied') }).exposure]) {
      check.judge({ ...subject, facts, exposure });
    }
    const always = ['bucket', 'region'];
    const undeclared = [...looked].filter(
      (name) => !always.includes(name) && !check.reads.some((read) => read === name),
    );
    assert.deepEqual(undeclared, [], check.id);
  }
});

test('no check says that a bucket is in order when nothing of it could be read', () => {
  const parts = Object.entries(subjectOf().facts).filter(([name]) => name !== 'bucket');
  for (const reason of ['denied', 'throttled', 'timed_out', 'silently_ignored', 'failed'] as const) {
    const blind = Object.fromEntries(parts.map(([name]) => [name, unread(reason)]));
    const account = {
      ...goodAccount,
      accountId: unread(reason),
      publicAccessBlock: unread(reason),
      serviceNames: unread(reason),
      outsideReferences: unread(reason),
      dataEvents: unread(reason),
    };
    for (const check of allChecks) {
      const { verdict } = check.subject === 'account' ? check.judge(account) : check.judge(subjectOf(blind, account));
      if (check.id === 'bucket-name-dots') continue;
      assert.equal(verdict, 'unknown', `${check.id}: ${reason}`);
    }
  }
});

test('what a store does not have does not apply to its buckets', () => {
  for (const id of ['bucket-ownership-enforced', 'bucket-default-encryption', 'bucket-block-public-access']) {
    const check = allChecks.find((each) => each.id === id);
    assert.equal(check?.subject, 'bucket');
    const none = unread('not_implemented', 'NotImplemented, 501');
    const changes = { ownership: none, encryption: none, publicAccessBlock: none };
    assert.equal(check.subject === 'bucket' && check.judge(subjectOf(changes)).verdict, 'not_applicable');
  }
});

test('flags of a bucket that are off say nothing where those of the account could not be read', () => {
  const check = allChecks.find(({ id }) => id === 'bucket-block-public-access');
  const judged = (reason: 'denied' | 'not_implemented') => {
    const subject = subjectOf(
      { publicAccessBlock: known(null) },
      { ...goodAccount, publicAccessBlock: unread(reason) },
    );
    return check?.subject === 'bucket' ? check.judge(subject).verdict : null;
  };
  assert.equal(judged('denied'), 'unknown');
  assert.equal(judged('not_implemented'), 'fail');
});

test('a copy in an account is no foreign one where nobody knows the own', () => {
  const check = allChecks.find(({ id }) => id === 'bucket-replication-other-account');
  const subject = subjectOf({}, { ...goodAccount, accountId: unread('denied') });
  assert.equal(check?.subject === 'bucket' && check.judge(subject).verdict, 'unknown');
});

test('evidence of a secret names the object and never the secret', () => {
  const secret = `AKIA${'Q'.repeat(16)}`;
  const check = allChecks.find(({ id }) => id === 'object-secrets-public');
  const objects = known([{ key: 'notes.txt', acl: unread('not_asked'), head: known(`key ${secret}`) }]);
  const judged =
    check?.subject === 'bucket' ? check.judge(subjectOf({ ...bucketCases[check.id]?.fail[0], objects })) : null;
  assert.equal(judged?.verdict, 'fail');
  assert.ok(!JSON.stringify(judged).includes(secret));
  assert.match(JSON.stringify(judged), /notes\.txt/);
});

test('objects of which nothing could be read are not said to hold no secrets', () => {
  const check = allChecks.find(({ id }) => id === 'object-secrets-public');
  assert.equal(check?.subject, 'bucket');
  const acl = unread('not_asked');
  const verdictOf = (...heads: readonly ReturnType<typeof known | typeof unread>[]) => {
    const objects = known(heads.map((head, at) => ({ key: `${at}.txt`, acl, head: head as never })));
    return check.subject === 'bucket' ? check.judge(subjectOf({ ...bucketCases[check.id]?.fail[0], objects })) : null;
  };
  assert.equal(verdictOf(known('plain'), known(''))?.verdict, 'pass');
  const judged = verdictOf(known('plain'), unread('failed'));
  assert.equal(judged?.verdict, 'unknown');
  assert.deepEqual(judged.evidence, [{ label: 'Objects looked at that strangers can read', value: '1 of 2' }]);
});

/** What each standard asks of buckets (CIS 1.4 to 7.0; the controls of Security Hub, of which FSBP has some). */
const ASKED: Readonly<Record<string, readonly string[]>> = {
  FSBP: [1, 2, 3, 5, 6, 8, 9, 10, 11, 12, 13, 19, 24, 25].map((id) => `S3.${id}`),
  'Security Hub': [7, 14, 15, 17, 20, 22, 23].map((id) => `S3.${id}`),
  'CIS AWS 1.4': ['2.1.1', '2.1.2', '2.1.3', '2.1.5'],
  'CIS AWS 3.0': ['2.1.1', '2.1.2', '2.1.4', '3.8', '3.9'],
  'CIS AWS 5.0': ['2.1.1', '2.1.2', '2.1.4', '3.8', '3.9'],
  'CIS AWS 7.0': ['2.21', '3.1.1', '3.1.2', '3.1.4', '4.8', '4.9'],
};

test('what a check is said to be asked for by stands there, and what CIS asks of buckets is looked at', () => {
  const named = allChecks.flatMap(({ references }) => references);
  for (const [standard, asked] of Object.entries(ASKED)) {
    const ours = new Set(named.flatMap((each) => (each.standard === standard ? [each.id] : [])));
    assert.deepEqual(
      [...ours].filter((id) => !asked.includes(id)),
      [],
      standard,
    );
    if (standard.startsWith('CIS'))
      assert.deepEqual(
        asked.filter((id) => !ours.has(id)),
        [],
        standard,
      );
  }
  assert.deepEqual(
    new Set(named.map(({ standard }) => standard)),
    new Set([...Object.keys(ASKED), 'Prowler', 'ATT&CK']),
  );
});

test('every check says why it matters, what to do, and names no verb that there is not', () => {
  for (const { id, title, looksAt, rationale, remedy } of allChecks) {
    for (const text of [title, looksAt, rationale, remedy]) assert.ok(text.length > 10, id);
    assert.ok(rationale.length <= 4096 && remedy.length <= 4096 && title.length <= 512);
    assert.match(readFileSync(join(HERE, 'registry.ts'), 'utf8'), new RegExp(`/${id}\\.ts'`));
  }
});
