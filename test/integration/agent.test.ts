import assert from 'node:assert/strict';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  watch,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { EnrolmentMade, HostReply, HostsReply, ScansReply } from '../../src/host/wire.ts';
import { startAgentProcess, type AgentProcess } from '../support/hosts/agent-process.ts';
import { launcher } from '../support/clients/cli-person.ts';
import { lossyLine, type LossyLine } from '../support/servers/lossy-line.ts';
import { isRunning } from '../support/network/labs/live-wire.ts';
import { startServer, type StartedServer } from '../support/servers/start-server.ts';
import { run } from '../support/servers/workspace-by-command.ts';

const folder = mkdtempSync(join(tmpdir(), 'agent-'));
const checks = join(folder, 'checks');
const [state, data] = [join(folder, 'state'), join(folder, 'data')];
let server: StartedServer;
let line: LossyLine;
let admin: string;

before(async () => {
  mkdirSync(checks, { mode: 0o755 });
  const script = `# id: OWN-01
# title: A file of ours is there
# severity: medium
# rationale: It should not be.
# needs: nothing
# fix: M
# remedy: Remove it.

detect() {
  if [ -e '${folder}/wait' ]; then echo $$ >'${folder}/waiting.new'; mv '${folder}/waiting.new' '${folder}/waiting'; sleep 9; fi
  fail '${folder}/bad' 'it is there'
}
`;
  writeFileSync(join(checks, 'OWN-01.sh'), script, { mode: 0o644 });
  server = await startServer({ data });
  line = await lossyLine(server.port);
  admin = (await server.signUp()).token;
});
after(async () => {
  await line[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

const get = async <Reply>(path: string): Promise<Reply> => {
  const answer = await server.call('GET', `/api/v1${path}`, { token: admin });
  assert.equal(answer.status, 200, path);
  return (await answer.json()) as Reply;
};

/** A file with a token that enrols one host. */
async function enrolment(name: string, body: object = {}): Promise<string> {
  const made = await server.call('POST', '/api/v1/hosts/enrolments', { token: admin, json: body });
  assert.equal(made.status, 201);
  const { token } = (await made.json()) as EnrolmentMade;
  const path = join(folder, name);
  writeFileSync(path, `${token}\n`, { mode: 0o600 });
  return path;
}

const agent = (...words: string[]): AgentProcess =>
  startAgentProcess(['--state', state, '--checks', checks, '--check', 'OWN-01', ...words], { HOME: folder });
const agentStatus = async (): Promise<{ readonly exitCode: number | null; readonly text: string }> => {
  const { exitCode, stdout } = await run([launcher, 'agent', 'status', '--state', state, '--json'], { HOME: folder });
  return { exitCode, text: stdout };
};
/** So that the next start scans at once: nothing is known of an earlier scan. */
const forgetScans = (): void => rmSync(join(state, 'agent/status.json'), { force: true });
const spooled = (): number => readdirSync(join(state, 'agent/spool')).length;
const theHost = async (): Promise<HostsReply['hosts'][number]> => {
  const { hosts } = await get<HostsReply>('/hosts');
  assert.equal(hosts.length, 1);
  return hosts[0]!;
};
const scans = async (): Promise<number> => {
  const { scans } = await get<ScansReply>(`/hosts/${(await theHost()).hostId}/scans`);
  return scans.reduce((sum, each) => sum + each.scans, 0);
};

test('killed after each step, it enrols once and each report comes to the server once', async () => {
  const tokenFile = await enrolment('token');
  // After it was enrolled, before it knew.
  let lost = line.loseAnswerTo(/POST .*\/agent\/enrol$/);
  const first = agent('--server', line.url, '--token-file', tokenFile);
  await first.until(lost);
  first.kill('SIGKILL');
  await first.ended;
  assert.equal(existsSync(join(state, 'agent/identity.json')), false);

  // In the midst of a scan.
  writeFileSync(join(folder, 'wait'), '');
  const second = agent('--server', line.url, '--token-file', tokenFile);
  await second.said(/Enrolled at .*remove its file/);
  const changes = watch(folder);
  while (!existsSync(join(folder, 'waiting'))) await second.until(once(changes, 'change'));
  changes.close();
  second.kill('SIGKILL');
  await second.ended;
  const check = Number(readFileSync(join(folder, 'waiting'), 'utf8'));
  while (isRunning(check)) await new Promise((resolve) => setTimeout(resolve, 10));
  rmSync(join(folder, 'wait'));
  rmSync(tokenFile);
  assert.equal(statSync(join(state, 'agent/identity.json')).mode & 0o777, 0o600);
  assert.match((await agentStatus()).text, /"running":false.*"done":false/);

  // After the report was on the disk, before it was sent; then after the server had it, before the agent knew.
  forgetScans();
  line.leadTo(null);
  const third = agent('--server', line.url);
  await third.said(/Scanned with 1 check/);
  third.kill('SIGKILL');
  await third.ended;
  assert.equal(spooled(), 1);
  line.leadTo(server.port);
  lost = line.loseAnswerTo(/POST .*\/agent\/reports$/);
  const fourth = agent('--server', line.url);
  await fourth.until(lost);
  fourth.kill('SIGKILL');
  await fourth.ended;
  assert.equal(spooled(), 1);
  assert.equal(await scans(), 1);

  const fifth = agent();
  await fifth.said(/Report \S+ is with the server/);
  assert.equal(spooled(), 0);
  assert.equal(await scans(), 1);
  assert.equal((await agentStatus()).exitCode, 0);
  const other = await agent().ended;
  assert.equal(other.exitCode, 3, 'one agent for a state folder');
  assert.match(other.text, /runs already/);
  fifth.kill('SIGTERM');
  assert.equal((await fifth.ended).exitCode, 0);
  assert.equal((await agentStatus()).exitCode, 1);
});

test('what it saw is with the server: the finding, facts, rules, and the host as it is', async () => {
  const { hostId, hostname, clockIsWrong } = await theHost();
  assert.equal(clockIsWrong, false);
  const host = await get<HostReply>(`/hosts/${hostId}`);
  assert.deepEqual(
    host.checks.map(({ id, outcome }) => [id, outcome]),
    [['OWN-01', 'wrong']],
  );
  assert.notEqual(host.facts, null);
  const { findings } = await get<{ findings: { title: string; resource: { uid: string } }[] }>('/findings?source=host');
  assert.deepEqual(
    findings.map(({ title, resource }) => [title, resource.uid]),
    [['A file of ours is there', `host/${hostId}${folder}/bad`]],
  );
  assert.ok(hostname.length > 0);
});

test('reports wait while the server is away, and come when it is back at its place', async () => {
  const before = await scans();
  await server.stop();
  line.leadTo(null);
  forgetScans();
  const running = agent();
  await running.said(/Scanned with 1 check/);
  await running.said(/is asked again and again/);
  assert.equal(spooled(), 1);
  server = await startServer({ data });
  line.leadTo(server.port);
  await running.said(/is reached again/);
  await running.said(/Report \S+ is with the server/);
  assert.equal(await scans(), before + 1);
  running.kill('SIGTERM');
  assert.equal((await running.ended).exitCode, 0);
});

test('a token that was used enrols nobody else, and the first host goes on', async () => {
  const tokenFile = await enrolment('another');
  // The same computer from another folder: known already, and not what the token was made for.
  const known = await startAgentProcess(
    ['--state', join(folder, 'second'), '--server', line.url, '--token-file', tokenFile, '--check', 'KRN-07'],
    { HOME: folder },
  ).ended;
  assert.equal(known.exitCode, 3);
  assert.match(known.text, /reports already with another token/);
  const garbage = join(folder, 'garbage');
  writeFileSync(garbage, 'hfs_this-is-a-session');
  const refused = await startAgentProcess(
    ['--state', join(folder, 'third'), '--server', line.url, '--token-file', garbage],
    { HOME: folder },
  ).ended;
  assert.equal(refused.exitCode, 2);
  assert.ok(!refused.text.includes('this-is-a-session'));
});

test('enrolled anew, the host reports with its new token; the older one ends for good, after a restart too', async () => {
  const { hostId } = await theHost();
  const identity = readFileSync(join(state, 'agent/identity.json'));
  const tokenFile = await enrolment('anew', { hostId });
  const anew = agent('--token-file', tokenFile);
  await anew.said(/Report \S+ is with the server/);
  anew.kill('SIGTERM');
  await anew.ended;

  // A copy of the state folder as it was before.
  writeFileSync(join(state, 'agent/identity.json'), identity);
  const older = await agent().ended;
  assert.equal(older.exitCode, 3);
  assert.match(older.text, /enrolled anew/);
  const asked = line.requests.length;
  const again = await agent().ended;
  assert.equal(again.exitCode, 3);
  assert.match(again.text, /enrolled anew/);
  assert.equal(line.requests.length, asked, 'it asks no more');
});

test('an admin revokes the host, and the agent ends with what is to do', async () => {
  const { hostId } = await theHost();
  const running = agent('--token-file', await enrolment('last', { hostId }));
  await running.said(/Report \S+ is with the server/);
  const revoked = await server.call('POST', `/api/v1/hosts/${hostId}/revoke`, { token: admin, json: {} });
  assert.ok(revoked.ok, `${revoked.status}`);
  running.kill('SIGTERM');
  await running.ended;
  const { exitCode, text } = await agent().ended;
  assert.equal(exitCode, 3);
  assert.match(text, /revoked this host[\s\S]*holdfast host enrol/);
  assert.match((await agentStatus()).text, /"code":"host_revoked"/);
});
