import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { newId } from '../base/ids.ts';
import { historyOf, type EventRow } from './records.ts';
import { ADA, FILE, numbersOf, overwrite, rowsOf, stored, testTrail } from './test-audit.ts';

test('page by page, with whatever filter and size of page, it is the whole list newest first', async (t) => {
  const { audit, records } = testTrail(t);
  const acts = ['version.stored', 'version.read', 'session.started'] as const;
  for (let each = 0; each < 130; each++) {
    const act = acts[each % 3] ?? 'version.stored';
    const actorId = each % 5 === 0 ? 'bob' : ADA;
    await records.transact(audit.operations(stored({ act, actorId, facts: { each } })));
    if (each % 7 === 0) await audit.link();
  }
  const all = (await Array.fromAsync(audit.all())).toReversed();
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 60 }),
      fc.option(fc.constantFrom(ADA, 'bob', 'nobody'), { nil: undefined }),
      fc.option(fc.constantFrom('version', 'version.read', 'session', 'vers'), { nil: undefined }),
      async (limit, actorId, act) => {
        const found = [];
        for (let after: string | undefined; ;) {
          const page = await audit.events({ actorId, act }, { limit, after });
          assert.ok(page.events.length <= limit);
          found.push(...page.events);
          if (page.next === undefined) break;
          after = page.next;
        }
        const expected = all.filter(
          (event) =>
            (actorId === undefined || event.actorId === actorId) &&
            (act === undefined || event.act === act || event.act.startsWith(`${act}.`)),
        );
        assert.deepEqual(found, expected);
      },
    ),
    { numRuns: 30 },
  );
});

test('a search for what is not there ends a page before it has walked the whole chain', async (t) => {
  const { audit, batches } = testTrail(t);
  await batches(300);
  const page = await audit.events({ act: 'nothing' }, { limit: 10 });
  assert.deepEqual(page.events, []);
  assert.ok(page.next);
  const rest = await audit.events({ act: 'nothing' }, { limit: 10, after: page.next });
  assert.deepEqual(rest, { events: [] });
});

test('a history lists what was done to one thing, linked or not yet', async (t) => {
  const { audit, act, advance } = testTrail(t);
  await act({ facts: { number: 1 } });
  await audit.link();
  advance(5);
  await act({ subjectIds: [newId()] });
  await act({ facts: { number: 2 } });
  audit.note(stored({ act: 'version.read', facts: { number: 3 } }));
  const { events, next } = await audit.history(FILE, {}, { limit: 10 });
  assert.deepEqual(numbersOf(events), [1, 2, 3]);
  assert.equal(next, undefined);
  const first = await audit.history(FILE, {}, { limit: 2 });
  const second = await audit.history(FILE, {}, { limit: 2, after: first.next });
  assert.deepEqual([...first.events, ...second.events], events);
  assert.deepEqual((await audit.history(FILE, { act: 'version.read' }, { limit: 10 })).events.length, 1);
});

test('what somebody wrote into a history, or moved there from another one, is not shown', async (t) => {
  const { audit, act, records, errors } = testTrail(t);
  const other = newId();
  await act({ subjectIds: [other] });
  await act();
  const [row] = await rowsOf<EventRow>(records, historyOf(FILE));
  const [moved] = await rowsOf<EventRow>(records, historyOf(other));
  assert.ok(row && moved);
  const eventId = newId();
  await overwrite(
    records,
    { pk: historyOf(FILE), sk: eventId },
    { ...row.value, event: { ...row.value.event, eventId } },
  );
  await overwrite(records, { pk: historyOf(FILE), sk: moved.sk }, moved.value);
  const { events } = await audit.history(FILE, {}, { limit: 10 });
  assert.deepEqual(
    events.map((event) => event.eventId),
    [row.sk],
  );
  assert.equal(errors.length, 2);
});

test('a cursor that is none is refused', async (t) => {
  const { audit } = testTrail(t);
  for (const after of ['', 'x', '0.1', '1', '-1.0', '1.0; drop', '9999999999999.0']) {
    await assert.rejects(audit.events({}, { limit: 1, after }), { code: 'audit_cursor_invalid' });
    await assert.rejects(audit.history(FILE, {}, { limit: 1, after }), { code: 'audit_cursor_invalid' });
  }
});
