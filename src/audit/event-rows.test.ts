import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AuditEvent } from '../base/audit-event.ts';
import { actorOf } from '../base/audit-event.ts';
import { ADA, FILE, stored, testTrail } from './test-audit.ts';

test('an event is one record, and one more in the history of each thing it was done to', (t) => {
  const { audit } = testTrail(t);
  assert.equal(audit.operations(stored({ subjectIds: [] })).length, 1);
  const operations = audit.operations(stored({ subjectIds: [FILE, ADA] }));
  assert.deepEqual(
    operations.map(({ pk }) => pk),
    ['audit#pending', `audit-of#${FILE}`, `audit-of#${ADA}`],
  );
  assert.equal(new Set(operations.map(({ sk }) => sk)).size, 1);
});

test('an event that breaks the rules is refused before anything is written', (t) => {
  const { audit } = testTrail(t);
  const wrong: Partial<AuditEvent>[] = [
    { act: 'stored.' },
    { act: 'Version.stored' },
    { actorId: 'ada@example.org' },
    { sessionId: 'a token, perhaps' },
    { subjectIds: ['/plans/secret.pdf'] },
    { subjectIds: [FILE, FILE] },
    { subjectIds: Array.from({ length: 9 }, (_, each) => `id-${each}`) },
    { facts: { 'a name': 1 } },
    { facts: { text: 'x'.repeat(257) } },
    { facts: { text: '\ud800' } },
    { facts: { number: 0.5 } },
    { facts: Object.fromEntries(Array.from({ length: 17 }, (_, each) => [`fact${each}`, each])) },
  ];
  for (const changes of wrong) {
    assert.throws(() => audit.operations(stored(changes)), TypeError, JSON.stringify(changes));
    assert.throws(() => audit.note(stored(changes)), TypeError, JSON.stringify(changes));
  }
});

test('who acts is told by a session', () => {
  assert.deepEqual(actorOf({ accountId: ADA, sessionId: 's' }), { actorId: ADA, sessionId: 's' });
});
