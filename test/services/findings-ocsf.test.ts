/** What `findings export --format ocsf` writes, held against the schema of OCSF 1.6.0 by a validator of other people's. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { kinds, type Observation, severities, states, verdicts } from '../../src/findings/finding.ts';
import { render } from '../../src/findings/render/formats.ts';
import { ada, DAY, observation, testFindings } from '../../src/findings/test-findings.ts';
import { findingView } from '../../src/findings/views.ts';

const PYTHON = join(import.meta.dirname, '../../.services/ocsf/bin/python');
const skip = existsSync(PYTHON) ? false : 'needs the schema of OCSF: npm run services:install';
if (skip && process.env['HOLDFAST_SERVICES'] === 'required') throw new Error(skip);

type Event = Record<string, unknown>;

/** What the validator complains of, by event. */
function complaints(events: readonly object[]): string[][] {
  const input = events.map((event) => `${JSON.stringify(event)}\n`).join('');
  const script = join(import.meta.dirname, '../support/programs/ocsf-validate.py');
  const { stdout, stderr, status } = spawnSync(PYTHON, [script], { input, encoding: 'utf8', maxBuffer: 64 * 2 ** 20 });
  assert.equal(status, 0, stderr);
  const lines = stdout.trimEnd().split('\n');
  assert.equal(lines.length, events.length);
  return lines.map((line) => JSON.parse(line) as string[]);
}

/** Every kind, severity and verdict; each with all that a guard may say, with the least, and with what is hostile. */
function everything(): Observation[] {
  const bare = { evidence: [], references: [], rationale: '', remedy: '' };
  const hostile = { title: '\u0000\u202e"<script>', evidence: [{ label: '', value: '\u0007' }], references: [] };
  const least = { uid: 'host/1/etc/shadow', type: 'file', name: '/etc/shadow', path: '/etc/shadow' };
  return kinds.flatMap((kind) =>
    severities.flatMap((severity) =>
      verdicts.flatMap((verdict) => {
        const facts = { kind, severity, verdict };
        const name = `${kind}-${severity}-${verdict}`;
        return [
          observation({ ...facts, check: `full-${name}` }),
          observation({ ...facts, ...bare, check: `bare-${name}`, resource: least }),
          observation({ ...facts, ...hostile, check: `hostile-${name}` }),
        ];
      }),
    ),
  );
}

/** The events of findings in every state, as the export writes them. */
async function exported(): Promise<Event[]> {
  const { findings, look, now, advance } = testFindings();
  const seen = everything();
  await look(seen);
  advance(DAY);
  await findings.addRule(ada, {
    check: 'bare-*',
    resource: null,
    path: null,
    tag: null,
    reason: 'Known',
    untilMs: null,
  });
  const [first] = await Array.fromAsync(findings.all({}));
  assert.ok(first);
  await findings.accept(ada, first.findingId, { reason: 'A web site', untilMs: now() + DAY });
  await look(seen.filter(({ severity }) => severity !== 'low'));
  async function* views() {
    for await (const finding of findings.all({ states: [...states] })) yield findingView(finding);
  }
  const text = (await Array.fromAsync(render(views(), 'ocsf', { atMs: now(), version: '1.2.3' }))).join('');
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Event);
}

test('every finding in every state is a valid event of OCSF 1.6.0', { skip }, async () => {
  const events = await exported();
  assert.equal(events.length, everything().length);
  const shown = (key: string) =>
    Array.from(new Set(events.map((event) => Number(event[key])))).toSorted((a, b) => a - b);
  assert.deepEqual(shown('class_uid'), [2003, 2004]);
  assert.deepEqual(shown('severity_id'), [1, 2, 3, 4, 5]);
  assert.deepEqual(shown('status_id'), [1, 3, 4]);
  assert.deepEqual(shown('activity_id'), [1, 2, 3]);
  assert.ok(events.every((event) => (event['metadata'] as { version: string }).version === '1.6.0'));
  assert.deepEqual(complaints(events).flat(), []);
});

test('the validator sees what is missing, of another type, out of its list, or unknown', { skip }, async () => {
  const events = await exported();
  const spoiled = kinds.flatMap((kind) => {
    const uid = kind === 'compliance' ? 2003 : 2004;
    const event = events.find((each) => each['class_uid'] === uid);
    assert.ok(event);
    const without = (key: string): Event => Object.fromEntries(Object.entries(event).filter(([name]) => name !== key));
    const required = [
      'activity_id',
      'category_uid',
      'finding_info',
      'metadata.product',
      'severity_id',
      'time',
      'type_uid',
    ];
    const { product: _, ...metadata } = event['metadata'] as Event;
    return [
      ...required.map((key) => (key === 'metadata.product' ? { ...event, metadata } : without(key))),
      ...(kind === 'compliance' ? [without('compliance')] : []),
      { ...event, time: '2026-11-28T09:30:00Z' },
      { ...event, severity_id: 42 },
      { ...event, colour: 'red' },
      { ...event, finding_info: { ...(event['finding_info'] as Event), colour: 'red' } },
      { ...event, resources: [{ colour: 'red' }] },
    ];
  });
  for (const [index, found] of complaints(spoiled).entries()) {
    assert.notDeepEqual(found, [], `nothing was said of ${JSON.stringify(spoiled[index])}`);
  }
});
