/** Findings on a real server over HTTP and the command line, and on this computer without one. */
import assert from 'node:assert/strict';
import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { systemClock } from '../../src/base/clock.ts';
import { silentLog } from '../../src/base/log.ts';
import { settingsOf } from '../../src/base/settings.ts';
import { findingsSettings, openFindings, type Findings } from '../../src/findings/index.ts';
import { observation } from '../../src/findings/test-findings.ts';
import type { FindingReply, FindingsReply, RunView } from '../../src/findings/wire.ts';
import { openSqliteRecordStore } from '../../src/storage/index.ts';
import { cliPerson, type CliPerson } from '../support/clients/cli-person.ts';
import { startServer, type StartedServer } from '../support/servers/start-server.ts';

let server: StartedServer;
let ada: CliPerson;
let token: string;

before(async () => {
  server = await startServer();
  ada = await cliPerson();
  const code = join(server.data, 'setup-code');
  const facts = ['--name', 'Ada', '--email', 'ada@example.org', '--password-file', ada.passwordFile];
  const ran = await ada.run('signup', server.url, ...facts, '--setup-code-file', code, '--kit', ada.path('kit.txt'));
  assert.equal(ran.exitCode, 0, ran.stderr);
  const login = await server.call('POST', '/api/v1/sessions', {
    json: { email: 'ada@example.org', password: ada.password, device: 'a guard' },
  });
  token = ((await login.json()) as { token: string }).token;
});
after(async () => {
  await ada[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});

async function call<Body>(method: string, path: string, json?: unknown): Promise<{ status: number; body: Body }> {
  const response = await server.call(method, `/api/v1${path}`, { token, ...(json === undefined ? {} : { json }) });
  return { status: response.status, body: (await response.json()) as Body };
}

async function report(seen: readonly object[], complete = true): Promise<string> {
  const begun = await call<RunView>('POST', '/findings/runs', { source: 'buckets', scope: 'account 1', checks: null });
  assert.equal(begun.status, 201);
  const { runId } = begun.body;
  const batch = await call('PUT', `/findings/runs/${runId}/batches/0`, { findings: seen });
  assert.equal(batch.status, 200, JSON.stringify(batch.body));
  assert.equal((await call('POST', `/findings/runs/${runId}/end`, { complete })).status, 200);
  return runId;
}

test('a guard reports over HTTP, and people see, accept, reopen and compare on the command line', async () => {
  await report([observation(), observation({ severity: 'low', verdict: 'unknown' }, 'second')]);
  const listed = await ada.run('findings', 'list');
  assert.equal(listed.exitCode, 1, 'something critical is open');
  assert.match(listed.stdout, /critical +Everybody can read the bucket photos/);
  assert.match(listed.stdout, /1 open finding, the worst critical\. 1 thing could not be looked at\./);
  assert.equal((await ada.run('findings', 'list', '--fail-on', 'none')).exitCode, 0);
  assert.equal((await ada.run('findings', 'list', '--fail-on', 'none', '--fail-on-unknown')).exitCode, 1);

  const narrowed = await ada.run('findings', 'list', '--resource', 'second');
  assert.equal(narrowed.exitCode, 0, 'nothing that fits the filter is known to be wrong');
  assert.match(narrowed.stdout, /1 finding fits the filter\. In all:\n1 open finding, the worst critical\./);
  assert.equal((await ada.run('findings', 'list', '--resource', 'second', '--fail-on-unknown')).exitCode, 1);
  assert.equal((await ada.run('findings', 'list', '--source', 'host', '--fail-on-unknown')).exitCode, 0);
  assert.equal((await ada.run('findings', 'list', '--check', 'bucket-*')).exitCode, 1);
  const misspelt = await ada.run('findings', 'list', '--severity', 'worst');
  assert.equal(misspelt.exitCode, 2);
  assert.match(misspelt.stderr, /“worst” is no severity/);

  const { findings } = JSON.parse((await ada.run('findings', 'list', '--json')).stdout) as FindingsReply;
  const id = findings[0]?.findingId ?? '';
  const shown = await ada.run('findings', 'show', id.slice(0, 8));
  assert.match(shown.stdout, /What to do\nBlock public access\./);

  const accepted = await ada.run('findings', 'accept', id, '--reason', 'A web site', '--until', '30d');
  assert.equal(accepted.exitCode, 0, accepted.stderr);
  assert.equal((await ada.run('findings', 'list')).exitCode, 0);
  const { finding, history } = await ada.json<FindingReply>('findings', 'show', id);
  assert.deepEqual([finding.state, finding.acceptance?.by, history[0]?.reason], ['accepted', '@ada', 'A web site']);
  assert.equal((await ada.run('findings', 'reopen', id, '--reason', 'Not any more')).exitCode, 0);

  await report([observation({ verdict: 'pass' }), observation({}, 'third')]);
  const diff = await ada.run('findings', 'diff');
  assert.equal(diff.exitCode, 1, 'what is new is critical');
  assert.match(diff.stdout, /1 new finding, 2 fixed or gone, 0 changed, 0 as before\./);
});

test('every verb that lists findings ends as --fail-on says, of what is open alone', async () => {
  await report([observation({ severity: 'medium' }, 'old')]);
  await report([
    observation({ severity: 'medium' }, 'old'),
    observation({ severity: 'high' }, 'new'),
    observation({ severity: 'low', verdict: 'unknown' }, 'unseen'),
  ]);
  const code = async (...words: string[]) => {
    const { exitCode, stderr } = await ada.run('findings', ...words);
    return [exitCode, stderr];
  };
  const untold = { list: 1, diff: 1, export: 0 };
  for (const [verb, usual] of Object.entries(untold)) {
    assert.deepEqual(await code(verb), [usual, ''], verb);
    assert.deepEqual(await code(verb, '--fail-on', 'high'), [1, ''], verb);
    assert.deepEqual(await code(verb, '--fail-on', 'critical'), [0, ''], verb);
    assert.deepEqual(await code(verb, '--fail-on', 'critical', '--fail-on-unknown'), [1, ''], verb);
    assert.deepEqual(await code(verb, '--fail-on', 'none'), [0, ''], verb);
    assert.equal((await code(verb, '--fail-on', 'hihg'))[0], 2, verb);
  }
  // Medium is open, and was so before: the list fails, the comparison does not.
  const { findings } = await ada.json<FindingsReply>('findings', 'list', '--severity', 'high', '--fail-on', 'none');
  assert.deepEqual(await code('accept', findings[0]?.findingId ?? '', '--reason', 'Known'), [0, '']);
  assert.deepEqual(await code('list', '--fail-on', 'medium'), [1, '']);
  assert.deepEqual(await code('export', '--fail-on', 'medium', '--severity', 'low,high'), [0, '']);
  assert.deepEqual(await code('diff', '--fail-on', 'info'), [0, ''], 'accepted since');
  assert.deepEqual(await code('diff', '--fail-on', 'info', '--fail-on-unknown'), [1, '']);
});

test('several findings are decided with one reason, and what cannot be decided is told', async () => {
  await report([observation({}, 'one'), observation({}, 'two'), observation({}, 'three')]);
  const { findings } = await ada.json<FindingsReply>('findings', 'list', '--fail-on', 'none');
  const [one = '', two = '', three = ''] = findings.map(({ findingId }) => findingId);
  assert.equal((await ada.run('findings', 'accept', three, '--reason', 'First')).exitCode, 0);
  const accepted = await ada.run('findings', 'accept', one.slice(0, 10), two, '--reason', 'Both', '--until', '30d');
  assert.equal(accepted.exitCode, 0, accepted.stderr);
  assert.match(accepted.stdout, /^Accepted until \S.*: 2 findings\.$/m);
  assert.equal((await ada.run('findings', 'reopen', one, '--reason', 'Not that')).exitCode, 0);

  const again = await ada.run('findings', 'reopen', one, two, '0'.repeat(32), '--reason', 'Not these');
  assert.equal(again.exitCode, 3, 'only a part was done');
  assert.match(again.stdout, /Open again: 1 finding\./);
  assert.match(again.stderr, new RegExp(`Left as it is: ${one.slice(0, 8)}: .*it is open`));
  assert.match(again.stderr, /Left as it is: 00000000: /);
  assert.equal((await ada.run('findings', 'accept', one, 'xyz', '--reason', 'x')).exitCode, 2);
  const { finding } = await ada.json<FindingReply>('findings', 'show', one);
  assert.equal(finding.state, 'open', 'a mistake among the ids is found before anything is changed');

  const reply = await call('POST', '/findings/accept', { findingIds: [one, one, two], reason: 'Both', until: null });
  assert.deepEqual(reply, { status: 200, body: { changed: [one, two], unchanged: [] } });
  const past = { findingIds: [one], reason: 'Late', until: '2020-01-01T00:00:00Z' };
  assert.equal((await call('POST', '/findings/accept', past)).status, 422);
  assert.equal((await call('POST', '/findings/reopen', { findingIds: [], reason: 'None' })).status, 422);
});

test('half a surrogate pair in what a guard read stands as U+FFFD, and the batch is kept', async () => {
  const half = '\ud83d';
  await report([
    observation({ evidence: [{ label: `Name${half}`, value: `a${half}b` }] }, `half${half}`),
    observation({}, 'whole\u{1f512}'),
  ]);
  const { findings } = await ada.json<FindingsReply>('findings', 'list', '--fail-on', 'none');
  assert.deepEqual(findings.map(({ resource }) => resource.name).toSorted(), ['half\ufffd', 'whole\u{1f512}']);
  const id = findings.find(({ resource }) => resource.name.startsWith('half'))?.findingId ?? '';
  const { finding } = await ada.json<FindingReply>('findings', 'show', id);
  assert.deepEqual(finding.evidence, [{ label: 'Name\ufffd', value: 'a\ufffdb' }]);
});

test('a rule made on the command line suppresses at once, and its removal opens again', async () => {
  await report([observation({}, 'logs-1')]);
  const made = await ada.run('findings', 'suppress', '--resource', 'logs-*', '--reason', 'Logs');
  assert.match(made.stdout, /suppresses 1 finding now/);
  const ruleId = /rule (\S+)/.exec(made.stdout)?.[1] ?? '';
  assert.match((await ada.run('findings', 'rules')).stdout, /resource logs-\* +Logs +@ada +for good/);
  assert.equal((await ada.run('findings', 'list')).exitCode, 0);
  assert.match((await ada.run('findings', 'unsuppress', ruleId)).stdout, /1 finding open again/);
});

test('every format comes from the server as a file, and decisions stand in the audit trail', async () => {
  for (const [format, start] of [
    ['jsonl', /^\{"findingId"/],
    ['csv', /^id,severity/],
    ['ocsf', /^\{"activity_id"/],
    ['html', /^<!doctype html>/],
  ] as const) {
    const ran = await ada.run('findings', 'export', '--format', format, '--in', 'all');
    assert.equal(ran.exitCode, 0, ran.stderr);
    assert.match(ran.stdout, start, format);
  }
  const { stdout } = await ada.run('audit', 'export');
  for (const act of ['finding.accepted', 'finding.reopened', 'finding_rule.added', 'finding_rule.removed']) {
    assert.ok(stdout.includes(`"${act}"`), act);
  }
  assert.ok(!stdout.includes('photos'), 'the trail holds ids and no names');
});

test('bad input is refused with a code, before anything is kept', async () => {
  const bad: readonly (readonly [string, string, unknown, number, string])[] = [
    ['GET', '/findings?state=opne', undefined, 422, 'finding_filter_invalid'],
    ['GET', '/findings?after=nonsense', undefined, 422, 'finding_cursor_invalid'],
    ['GET', '/findings/nonsense', undefined, 404, 'finding_not_found'],
    ['GET', '/findings/diff?from=a&to=b', undefined, 404, 'finding_run_not_found'],
    ['POST', `/findings/${'0'.repeat(32)}/accept`, { reason: 'Why', until: null }, 404, 'finding_not_found'],
    ['POST', `/findings/${'0'.repeat(32)}/accept`, { reason: '', until: null }, 422, 'request_invalid'],
    ['POST', '/findings/runs', { source: '../x', scope: 'a', checks: null }, 422, 'request_invalid'],
    ['PUT', '/findings/runs/none/batches/0', { findings: [observation()] }, 404, 'finding_run_not_found'],
    ['DELETE', '/findings/rules/none', undefined, 404, 'finding_rule_not_found'],
  ];
  for (const [method, path, json, status, code] of bad) {
    const answer = await call<{ code: string }>(method, path, json);
    assert.deepEqual([answer.status, answer.body.code], [status, code], `${method} ${path}`);
  }
});

/** What a guard on this computer does: it works without a server. */
async function locally(folder: string, act: (findings: Findings) => Promise<unknown>): Promise<void> {
  const clock = systemClock;
  await using records = await openSqliteRecordStore({ path: join(folder, 'findings.sqlite'), clock, log: silentLog });
  await act(openFindings({ records, clock, settings: settingsOf(findingsSettings), audit: { operations: () => [] } }));
}

test('without a server the findings of this computer are used, in a folder that is its owner’s alone', async () => {
  await using bob = await cliPerson();
  const env = { XDG_STATE_HOME: bob.path('state') };
  const empty = await bob.runWith({ env }, 'findings', 'list');
  assert.equal(empty.exitCode, 0, empty.stderr);
  assert.match(empty.stdout, /No guard has looked yet/);
  const folder = bob.path('state', 'holdfast');
  assert.equal(statSync(join(folder, 'findings.sqlite')).mode & 0o077, 0);
  await locally(folder, async (findings) => {
    const { runId } = await findings.beginRun({ source: 'host', scope: 'here', checks: null });
    await findings.observe(runId, 0, [observation()]);
    await findings.endRun(runId, true);
  });
  assert.equal((await bob.runWith({ env }, 'findings', 'list')).exitCode, 1);
  const html = await bob.runWith({ env }, 'findings', 'export', '--format', 'html');
  assert.match(html.stdout, /1 critical finding to mend/);
  assert.equal((await bob.run('findings', 'list', '--state', folder)).exitCode, 1, 'named by --state as well');
  assert.equal((await ada.run('findings', 'list', '--state', folder, '--text', 'photos')).exitCode, 1);
});

test('a decision needs a reason, a day needs to come, and an id needs to be one', async () => {
  const cases: readonly (readonly [readonly string[], RegExp])[] = [
    [['accept', 'abcd1234'], /--reason is missing/],
    [['accept', 'abcd1234', '--reason', 'x', '--until', '2020-01-01'], /--until takes a day to come/],
    [['show', 'xyz'], /no finding has the id xyz/],
    [['list', '--fail-on', 'hihg'], /--fail-on is one of/],
    [['export', '--format', 'pdf'], /--format is one of/],
    [['diff', 'only-one'], /the later run is missing/],
  ];
  for (const [words, says] of cases) {
    const ran = await ada.run('findings', ...words);
    assert.equal(ran.exitCode, 2, words.join(' '));
    assert.match(ran.stderr, says);
  }
  writeFileSync(ada.path('not-a-folder'), '');
  assert.equal((await ada.run('findings', 'list', '--state', ada.path('not-a-folder'))).exitCode, 3);
});
