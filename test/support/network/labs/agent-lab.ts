/**
 * Runs in a network namespace of its own: a server, and an agent that captures beside it. The server goes away, somebody scans, the
 * agent is killed, then its tcpdump, the server is back, and the disk is full. Writes what the server has in the end as JSON.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import type { FindingsReply } from '../../../../src/findings/wire.ts';
import type { EnrolmentMade, HostsReply } from '../../../../src/host/wire.ts';
import type { AlertsReply, FlowsReply } from '../../../../src/network/wire.ts';
import { startAgentProcess, type AgentProcess } from '../../hosts/agent-process.ts';
import { lossyLine } from '../../servers/lossy-line.ts';
import { startServer } from '../../servers/start-server.ts';
import { childrenOf, isRunning } from './live-wire.ts';

/** Where somebody talks, and the first of the ports that are scanned. */
const [TALK, SCANNED] = [7001, 8101];
const [folder = ''] = process.argv.slice(2);
const [state, checks, tokenFile] = ['state', 'checks', 'token'].map((name) => join(folder, name)) as [
  string,
  string,
  string,
];

execFileSync('ip', ['link', 'set', 'lo', 'up']);
mkdirSync(checks, { mode: 0o755 });
const header = [
  'id: OWN-01',
  'title: One',
  'severity: low',
  'rationale: It is.',
  'needs: nothing',
  'fix: M',
  'remedy: None.',
];
writeFileSync(join(checks, 'OWN-01.sh'), `${header.map((each) => `# ${each}\n`).join('')}\ndetect() { pass; }\n`, {
  mode: 0o644,
});

await using server = await startServer({ data: join(folder, 'data') });
await using line = await lossyLine(server.port);
const { token } = await server.signUp();
const get = async <Reply>(path: string): Promise<Reply> =>
  (await (await server.call('GET', `/api/v1${path}`, { token })).json()) as Reply;
const json = { with: ['host', 'network'] };
const made = await server.call('POST', '/api/v1/hosts/enrolments', { token, json });
writeFileSync(tokenFile, ((await made.json()) as EnrolmentMade).token, { mode: 0o600 });

const soon = {
  HOLDFAST_NETWORK_TCP_CLOSE_MS: '200',
  HOLDFAST_NETWORK_TCP_ATTEMPT_MS: '200',
  HOLDFAST_NETWORK_BATCH_MS: '200',
};
const words = [
  '--state',
  state,
  '--checks',
  checks,
  '--check',
  'OWN-01',
  '--with',
  'host,network',
  '--interface',
  'lo',
];
words.push('--filter', `tcp portrange ${TALK}-9000`, '--ring', join(folder, 'ring'));
const startAgent = (...more: readonly string[]): AgentProcess =>
  startAgentProcess([...words, ...more], { HOME: folder, ...soon });

const listener = createServer((socket) => socket.pipe(socket)).listen(TALK, '127.0.0.1');
await once(listener, 'listening');
async function talk(): Promise<void> {
  const client = connect(TALK, '127.0.0.1');
  client.end('hello').resume();
  await once(client, 'close');
}
const flows = async () => (await get<FlowsReply>(`/network/flows?port=${TALK}&limit=100`)).flows;
const alerts = async () => (await get<AlertsReply>('/network/alerts')).alerts;
const eventually = async (agent: AgentProcess, isSo: () => Promise<boolean> | boolean): Promise<void> => {
  while (!(await agent.until(Promise.resolve(isSo())))) await wait(50);
};
function spooled(): string {
  const own = join(state, 'agent/network');
  return readdirSync(own)
    .filter((name) => name.endsWith('.gz'))
    .map((name) => {
      try {
        return gunzipSync(readFileSync(join(own, name))).toString();
      } catch {
        // It was sent meanwhile.
        return '';
      }
    })
    .join('\n');
}
/** The agent's process for the network, and the program that captures for it. */
function capturing({ pid }: AgentProcess): readonly [worker: number, tool: number] {
  for (const worker of childrenOf(pid)) {
    const tool = childrenOf(worker.pid).find(
      (each) => readFileSync(`/proc/${each.pid}/comm`, 'utf8').trim() === 'tcpdump',
    );
    if (tool) return [worker.pid, tool.pid];
  }
  throw new Error('The agent captures nothing');
}

const first = startAgent('--server', line.url, '--token-file', tokenFile);
await first.said(/Packets are taken/);
await talk();
await eventually(first, async () => (await flows()).length === 1);

line.leadTo(null);
for (let port = SCANNED; port < SCANNED + 30; port += 1) {
  const socket = connect(port, '127.0.0.1');
  await new Promise((resolve) => socket.once('error', resolve));
}
await talk();
await eventually(first, () => spooled().includes('Scan::Port_Scan') && spooled().includes(`"id.resp_p":${TALK}`));
const left = capturing(first);
first.kill('SIGKILL');
await first.ended;
while (left.some(isRunning)) await wait(50);

const second = startAgent();
await second.said(/Packets are taken/);
const [, tool] = capturing(second);
process.kill(tool, 'SIGKILL');
await second.said(/network capture: .*started again/);
await second.said(/(?:Packets are taken[^]*){2}/);
await talk();
const isLost = line.loseAnswerTo(/POST .*\/agent\/network$/);
line.leadTo(server.port);
await second.until(isLost);
await eventually(second, async () => (await flows()).length >= 3 && spooled() === '');
const [host] = (await get<HostsReply>('/hosts')).hosts;
const ring = readdirSync(join(folder, 'ring'));
const seen = {
  // One for each capture that a packet came in; their owner alone may read them.
  ring: ring.map((name) => [
    statSync(join(folder, 'ring', name)).mode & 0o777,
    readFileSync(join(folder, 'ring', name)).includes('hello'),
  ]),
  flows: (await flows()).map((each) => [each.conn_state, each.sensor === host?.hostId, each.pid === process.pid]),
  // Told with the count of the moment, somewhere between the first 15 ports and all of them.
  alerts: (await alerts()).map(({ note, src, arithmetic }) => [note, src, Number(arithmetic.count) >= 15]),
  findings: (await get<FindingsReply>('/findings?source=network')).findings.map(({ severity, title }) => [
    severity,
    title,
  ]),
};

// The disk on which batches wait is full: they go to the server out of memory, and the last one, which it cannot take any more, is told.
const full = join(state, 'agent/network');
execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'none', full]);
assert.throws(() => writeFileSync(join(full, 'of-others'), Buffer.alloc(2 ** 20)), { code: 'ENOSPC' });
await talk();
await second.said(/flows cannot be written to .*: the disk is full\. They wait in memory/);
await eventually(second, async () => (await flows()).length >= 4);
second.kill('SIGTERM');
const { exitCode, text } = await second.ended;
const isLossTold = /Flows of the network are lost \(\d+ batches\): the disk took nothing \(the disk is full\)/.test(
  text,
);
listener.close();
writeFileSync(join(folder, 'seen.json'), JSON.stringify({ ...seen, isLossTold, exitCode }));
