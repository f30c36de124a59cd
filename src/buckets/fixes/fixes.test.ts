import assert from 'node:assert/strict';
import { test } from 'node:test';
import { auditedBucket, publicPolicy, partnerStatement } from './test-plans.ts';
import { OWNER, type FactChanges } from '../checks/test-subject.ts';
import { known } from '../facts/fact.ts';
import { applyChanges } from './apply.ts';
import { isSame, type Change } from './change.ts';
import { planBucket } from './plan.ts';
import { newReceipt, type Receipt } from './receipt.ts';
import { keyOf, refusedBy, testWriter, type TestWriter } from './test-writer.ts';
import { isUndoable, undoChanges } from './undo.ts';

function planned() {
  const { audited, wrong, place } = auditedBucket({ policy: known(publicPolicy), publicAccessBlock: known(null) });
  return planBucket(audited, wrong, place);
}

function storeWith(changes: readonly Change[], beforeWrite?: (key: string, nth: number) => void): TestWriter {
  const writer = testWriter(beforeWrite);
  for (const { target, before } of changes) writer.set(target, before);
  return writer;
}

test('a plan takes out the one public statement, keeps the partner, and says who loses access', () => {
  const { changes, before, after, losses } = planned();
  assert.equal(before.verdict, 'public-read');
  assert.equal(after.verdict, 'shared');
  const policy = changes.find(({ target }) => target.kind === 'bucket' && target.setting === 'policy');
  const { Statement } = JSON.parse(policy?.after as string) as { Statement: object[] };
  assert.deepEqual(Statement, [partnerStatement]);
  assert.ok(losses.some(({ audience }) => audience.kind === 'strangers'));
  assert.ok(!losses.some(({ audience }) => audience.kind === 'account'));
});

test('a plan says where strangers still get in, by what no change of it closes', () => {
  const grant = {
    Grantee: { Type: 'Group', URI: 'http://acs.amazonaws.com/groups/global/AllUsers' },
    Permission: 'READ',
  };
  const open = { key: 'plan.txt', acl: known({ Owner: { ID: OWNER }, Grants: [grant] }), head: known('') };
  const byObject = { objects: known([open]), ownership: known('ObjectWriter'), publicAccessBlock: known(null) };
  const planOf = (changes: FactChanges) => {
    const { audited, wrong, place } = auditedBucket(changes);
    return planBucket(
      audited,
      wrong.filter(({ check }) => check.startsWith('bucket-public-')),
      place,
    );
  };

  const nothing = planOf(byObject);
  assert.deepEqual(nothing.changes, []);
  assert.deepEqual(
    nothing.left.map(({ check }) => check),
    ['bucket-public-read'],
  );
  assert.match(nothing.left[0]?.why ?? '', /^strangers still get in: .*plan\.txt/);

  const half = planOf({ ...byObject, policy: known(publicPolicy) });
  assert.equal(half.changes.length, 1);
  assert.match(half.left[0]?.why ?? '', /^strangers still get in afterwards: .*plan\.txt/);

  assert.deepEqual(planOf({ policy: known(publicPolicy), publicAccessBlock: known(null) }).left, []);
});

test('what closes comes before what locks: policy, ACL, ownership, flags', () => {
  const { changes } = planned();
  const order = changes.map(({ target }) => (target.kind === 'bucket' ? target.setting : 'account'));
  assert.deepEqual(order, ['policy', 'publicAccessBlock']);
});

test('what could not be read is not replaced', () => {
  const denied = { known: false, reason: 'denied', detail: 'AccessDenied, 403' } as const;
  const { audited, place } = auditedBucket({ policy: denied, encryption: denied, lifecycle: denied });
  const all = audited.observations.map((each) => ({ ...each, verdict: 'fail' as const }));
  const touched = planBucket(audited, all, place).changes.map(
    ({ target }) => target.kind === 'bucket' && target.setting,
  );
  for (const setting of ['policy', 'encryption', 'lifecycle'])
    assert.ok(!touched.includes(setting as 'policy'), setting);
});

test('applying and undoing leaves everything as it was', async () => {
  const { changes } = planned();
  const writer = storeWith(changes);
  const before = new Map(writer.settings);
  const made = await applyChanges(changes, { writer, atOnce: 4 });
  assert.ok(made.every(({ state }) => state === 'made'));
  assert.notDeepEqual(writer.settings, before);
  const undone = await undoChanges(made, { writer, atOnce: 4 });
  assert.ok(undone.every(({ state }) => state === 'undone'));
  assert.deepEqual(writer.settings, before);
  const again = await undoChanges(made, { writer, atOnce: 4 });
  assert.ok(again.every(({ state }) => state === 'already'));
});

test('undoing goes backwards, so that nothing that was locked refuses it', async () => {
  const { changes } = planned();
  const writer = storeWith(changes);
  const made = await applyChanges(changes, { writer, atOnce: 1 });
  const order = [...writer.writes];
  writer.writes.length = 0;
  await undoChanges(made, { writer, atOnce: 1 });
  assert.deepEqual(writer.writes, order.toReversed());
});

test('what was changed between the look and the fix is left alone, with the rest of the bucket', async () => {
  const { changes } = planned();
  const writer = storeWith(changes);
  const [first] = changes;
  assert.ok(first);
  writer.set(first.target, '{"Statement":[]}');
  const made = await applyChanges(changes, { writer, atOnce: 1 });
  assert.deepEqual(
    made.map(({ state }) => state),
    changes.map(() => 'skipped'),
  );
  assert.deepEqual(writer.writes, []);
});

test('undo leaves a bucket alone when one of its settings was changed since', async () => {
  const { changes } = planned();
  const writer = storeWith(changes);
  const made = await applyChanges(changes, { writer, atOnce: 1 });
  const last = made.at(-1);
  assert.ok(last);
  writer.set(last.target, { BlockPublicAcls: true });
  writer.writes.length = 0;
  const undone = await undoChanges(made, { writer, atOnce: 1 });
  assert.deepEqual(undone.map(({ state }) => state).toSorted(), ['changed', 'skipped']);
  assert.deepEqual(writer.writes, []);
});

test('undo looks again right before each write, and stops at what was changed meanwhile', async () => {
  const { changes } = planned();
  let isUndoing = false;
  const writer = storeWith(changes, () => {
    const [first] = changes;
    if (isUndoing && first) writer.set(first.target, '{"Statement":[]}');
  });
  const made = await applyChanges(changes, { writer, atOnce: 1 });
  isUndoing = true;
  const undone = await undoChanges(made, { writer, atOnce: 1 });
  assert.deepEqual(
    undone.map(({ state }) => state),
    ['undone', 'changed'],
  );
  assert.ok([...writer.settings.values()].includes('{"Statement":[]}'));
});

test('undo that is refused half-way tells what it brought back', async () => {
  const { changes } = planned();
  let left = Number.POSITIVE_INFINITY;
  const writer = storeWith(changes, () => {
    left -= 1;
    if (left < 0) throw refusedBy('AccessDenied, 403');
  });
  const made = await applyChanges(changes, { writer, atOnce: 1 });
  left = 1;
  const undone = await undoChanges(made, { writer, atOnce: 1 });
  assert.deepEqual(
    undone.map(({ state }) => state),
    ['undone', 'refused'],
  );
});

test('a change that cannot be looked at afterwards, or whose answer is lost, is undone all the same', async () => {
  const { changes } = planned();
  for (const lost of ['answer', 'look']) {
    const store = storeWith(changes);
    const before = new Map(store.settings);
    let isCut = false;
    const writer = {
      ...store,
      async read(...asked: Parameters<TestWriter['read']>) {
        if (isCut && lost === 'look') throw refusedBy('SlowDown, 503');
        return await store.read(...asked);
      },
      async write(...told: Parameters<TestWriter['write']>) {
        await store.write(...told);
        isCut = true;
        if (lost === 'answer') throw refusedBy('TimeoutError');
      },
    };
    const outcome = await applyChanges(changes, { writer, atOnce: 1 });
    assert.deepEqual(
      outcome.map(({ state }) => state),
      ['planned', 'skipped'],
      lost,
    );
    const due = outcome.filter(({ state }) => isUndoable(state));
    assert.ok((await undoChanges(due, { writer: store, atOnce: 1 })).every(({ state }) => state === 'undone'));
    assert.deepEqual(store.settings, before, lost);
  }
});

test('a fix that is killed between any two calls leaves a receipt with which everything comes back', async () => {
  const { changes } = planned();
  for (let killAt = 0; killAt <= changes.length; killAt += 1) {
    const writer = storeWith(changes, (_, nth) => {
      if (nth === killAt) throw new Error('killed');
    });
    const before = new Map(writer.settings);
    const receipt = newReceipt({ scope: 's', endpoint: null, role: null }, changes, 0);
    // What is on the disk at that moment: the receipt as it was begun.
    const kept = JSON.parse(JSON.stringify(receipt)) as Receipt;
    await applyChanges(changes, { writer, atOnce: 1 }).catch(() => {});
    const store = testWriter();
    for (const [key, value] of writer.settings) store.settings.set(key, value);
    const undone = await undoChanges(kept.changes, { writer: store, atOnce: 1 });
    assert.ok(undone.every(({ state }) => state === 'undone' || state === 'already'));
    assert.deepEqual(store.settings, before, `killed before call ${killAt}`);
  }
});

test('a store that refuses, or takes a change and ignores it, is told as it is', async () => {
  const { changes } = planned();
  const refusing = storeWith(changes, () => {
    throw refusedBy('AccessDenied, 403');
  });
  const [refused, ...rest] = await applyChanges(changes, { writer: refusing, atOnce: 1 });
  assert.equal(refused?.state, 'refused');
  assert.equal(refused?.detail, 'AccessDenied, 403');
  assert.ok(rest.every(({ state }) => state === 'skipped'));

  const deaf = storeWith(changes);
  const writer = { ...deaf, write: async () => {} };
  const [ignored] = await applyChanges(changes, { writer, atOnce: 1 });
  assert.equal(ignored?.state, 'ignored');
});

test('isSame() looks through order and layout, and sees every difference that counts', () => {
  assert.ok(isSame('{"a":1,"b":[2]}', '{ "b": [2], "a": 1 }'));
  assert.ok(!isSame('{"a":1}', '{"a":2}'));
  const grant = (ID: string) => ({ Grantee: { ID }, Permission: 'READ' });
  assert.ok(isSame({ Grants: [grant('a'), grant('b')] }, { Grants: [grant('b'), grant('a')] }));
  assert.ok(!isSame({ Grants: [grant('a')] }, { Grants: [grant('a'), grant('b')] }));
  assert.ok(isSame({ Status: 'Enabled' }, JSON.parse('{"Status":"Enabled"}') as object));
  assert.equal(keyOf({ kind: 'account', accountId: '1' }), 'the account 1 publicAccessBlock');
});
