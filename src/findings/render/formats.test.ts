import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Observation } from '../finding.ts';
import { observedView } from '../reporting.ts';
import { findingView } from '../views.ts';
import { observation, testFindings } from '../test-findings.ts';
import { formats, render, type Format } from './formats.ts';
import { ocsfEvent } from './ocsf.ts';

const made = { atMs: Date.UTC(2026, 10, 28, 9, 30), version: '1.2.3' };

async function rendered(format: Format, seen: readonly Observation[]): Promise<string> {
  const { findings, look } = testFindings();
  await look(seen);
  async function* views() {
    for await (const finding of findings.all({ states: ['open', 'fixed', 'clear'] })) yield findingView(finding);
  }
  return (await Array.fromAsync(render(views(), format, made))).join('');
}

const hostile = observation(
  {
    title: '<script>alert(1)</script> & "quotes"',
    evidence: [{ label: '=cmd', value: '=HYPERLINK("https://evil.example")' }],
    rationale: 'a, b\nc',
  },
  '\u202egnp.<img src=x onerror=alert(1)>',
);

test('every format takes no finding at all', async () => {
  for (const format of formats) assert.equal(typeof (await rendered(format, [])), 'string', format);
  assert.match(await rendered('html', []), /Nothing is known to be wrong/);
});

test('JSON Lines hold one whole finding a line', async () => {
  const lines = (await rendered('jsonl', [hostile, observation()])).trimEnd().split('\n');
  const parsed = lines.map((line) => JSON.parse(line) as { title: string; resource: { name: string } });
  assert.deepEqual(
    parsed.map(({ resource }) => resource.name).toSorted(),
    [hostile.resource.name, 'photos'].toSorted(),
  );
});

test('CSV is safe to open in a spreadsheet', async () => {
  const text = await rendered('csv', [{ ...hostile, title: '=1+1' }]);
  assert.match(text, /^id,severity,/);
  assert.match(text, /,'=1\+1,/);
  assert.match(text, /"'=cmd: =HYPERLINK\(""https:\/\/evil\.example""\)"/);
});

test('the report starts with the verdict, shows nothing of a name as markup, and asks nobody for anything', async () => {
  const html = await rendered('html', [hostile, observation({ severity: 'low', verdict: 'unknown' }, 'second')]);
  assert.match(html, /<h1>1 critical finding to mend\. 1 thing could not be looked at\.<\/h1>/);
  assert.ok(!html.includes('<script') && !html.includes('<img'), 'markup of a name is text');
  assert.match(html, /default-src 'none'/);
  assert.deepEqual(html.match(/(src|href)="(?!data:)[^"]*"/g), null);
  assert.match(html, /role="img" aria-label="Open, by severity\. Critical: 1/);
});

test('a page shows the worst first, in whatever order they come', async () => {
  const views = (['info', 'critical', 'low', 'high'] as const).map((severity) => {
    const seen = observation({ severity, title: `It is ${severity}` }, severity);
    return observedView(seen, new Map(), { source: 'host', atMs: made.atMs });
  });
  async function* unsorted() {
    yield* views;
  }
  const html = (await Array.fromAsync(render(unsorted(), 'html', made))).join('');
  assert.deepEqual(html.match(/It is \w+/g), ['It is critical', 'It is high', 'It is low', 'It is info']);
});

test('an OCSF event carries what its class requires, times in milliseconds', async () => {
  const { findings, look } = testFindings();
  await look([observation()]);
  const [finding] = await Array.fromAsync(findings.all({}));
  assert.ok(finding);
  const event = ocsfEvent(findingView(finding), made) as Record<string, unknown> & {
    metadata: { version: string };
    finding_info: { uid: string; first_seen_time: number };
    compliance: { control: string; standards: string[]; status_id: number };
    cloud: { provider: string };
  };
  assert.deepEqual(
    [event['class_uid'], event['type_uid'], event['activity_id'], event['severity_id'], event['status_id']],
    [2003, 200_301, 1, 5, 1],
  );
  assert.equal(event.metadata.version, '1.6.0');
  assert.equal(event['time'], Date.UTC(2026, 10, 28));
  assert.equal(event.finding_info.uid, finding.findingId);
  assert.deepEqual(event.compliance.standards, ['FSBP S3.2']);
  assert.equal(event.compliance.status_id, 3);
  assert.equal(event.cloud.provider, 'aws');
});

test('what could not be looked at is a warning in OCSF, what is fixed closes, and a detection has evidences', async () => {
  const { findings, look, advance } = testFindings();
  await look([observation({ verdict: 'unknown' }), observation({ kind: 'detection' }, 'second')]);
  advance(1000);
  await look([observation({ verdict: 'unknown' })]);
  const events = (await Array.fromAsync(findings.all({ states: ['open', 'fixed'] }))).map(
    (finding) => ocsfEvent(findingView(finding), made) as Record<string, unknown>,
  );
  const [warning, closed] = events;
  assert.ok(warning && closed);
  assert.equal((warning['compliance'] as { status_id: number }).status_id, 2);
  assert.deepEqual([closed['class_uid'], closed['activity_id'], closed['status_id']], [2004, 3, 4]);
  assert.deepEqual(Object.keys((closed['evidences'] as object[])[0] ?? {}), ['name', 'data']);
});
