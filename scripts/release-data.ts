/**
 * Makes the data folder that a release leaves behind, by a real server of it: test/vectors/releases/VERSION/. From then on a test opens it with
 * whatever comes later. Run once for each release, before its tag: `node scripts/release-data.ts`. It overwrites nothing.
 */
import { cpSync, existsSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { version } from '../src/base/version.ts';
import { observation } from '../src/findings/test-findings.ts';
import { recentCapture } from './demo/recent-capture.ts';
import { digestOf, type Expected } from '../test/support/stores/release-data.ts';
import { freePort, spawnServer } from '../test/support/servers/process.ts';

const ROOT = join(import.meta.dirname, '..');
const TO = join(ROOT, 'test/vectors/releases', version);
const LAUNCHER = [process.execPath, join(ROOT, 'src/entry/holdfast.js')];
/** Not those of a person: they lie in the repository. */
const PASSWORD = 'kept for tests of later releases';
/** More than one chunk of an age file. */
const LONG = 'Lorem ipsum '.repeat(6000);

if (existsSync(TO)) throw new Error(`${TO} is there already: a release is kept as it was`);
const folder = await mkdtemp(join(tmpdir(), 'holdfast-release-'));
const dataFolder = join(folder, 'data');
const server = spawnServer({
  ...{ launcher: LAUNCHER, dataFolder, port: await freePort() },
  env: { HOLDFAST_LOG_LEVEL: 'warn' },
});
await server.ready;

async function asked<Reply>(method: string, path: string, token: string | null, json?: unknown, headers: object = {}) {
  const response = await fetch(`${server.url}/api/v1${path}`, {
    method,
    headers: {
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      ...(json === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(json === undefined
      ? {}
      : { body: typeof json === 'string' || json instanceof Blob ? json : JSON.stringify(json) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
  return (text === '' ? null : JSON.parse(text)) as Reply;
}

async function signUp(name: string, email: string, more: object) {
  const json = { name, email, password: PASSWORD, ...more };
  return await asked<{ token: string; recoveryKey: string; account: { handle: string } }>(
    'POST',
    '/accounts',
    null,
    json,
  );
}

const setupCode = readFileSync(join(dataFolder, 'setup-code'), 'utf8').trim();
const ada = await signUp('Ada Lovelace', 'ada@example.org', { setupCode });
const { token } = ada;
const { invitation } = await asked<{ invitation: string }>('POST', '/invites', token, {});
const grace = await signUp('Grace Hopper', 'grace@example.org', { invitation });

const { drives } = await asked<{ drives: { id: string }[] }>('GET', '/drives', token);
const drive = `/drives/${drives[0]?.id ?? ''}`;
const put = async (folderId: string, name: string, text: string): Promise<string> => {
  const headers = {
    'content-type': 'application/octet-stream',
    'content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent(name)}`,
  };
  const stored = await asked<{ entry: { id: string } }>(
    'POST',
    `${drive}/folders/${folderId}/files`,
    token,
    text,
    headers,
  );
  return stored.entry.id;
};
const { id: folderId } = await asked<{ id: string }>('POST', `${drive}/folders/root/folders`, token, {
  name: 'Zeichnungen',
});
await put(folderId, 'plan.txt', 'first version');
await put(folderId, 'plan.txt', 'second version');
await put('root', 'größe.bin', LONG);
const { appPassword } = await asked<{ appPassword: string }>('POST', '/account/app-passwords', token, {
  ...{ label: 'phone', scope: 'files', password: PASSWORD },
});

const { rooms } = await asked<{ rooms: { roomId: string }[] }>('GET', '/chat/rooms', token);
const room = `/chat/rooms/${rooms[0]?.roomId ?? ''}`;
for (const [who, text] of [
  [token, 'Good morning'],
  [grace.token, 'Good morning, @ada'],
] as const) {
  await asked('POST', `${room}/messages`, who, { text });
}

const seen = observation();
const run = await asked<{ runId: string }>('POST', '/findings/runs', token, {
  source: 'host',
  scope: 'laptop',
  checks: null,
});
await asked('PUT', `/findings/runs/${run.runId}/batches/0`, token, { findings: [seen] });
await asked('POST', `/findings/runs/${run.runId}/end`, token, { complete: true });
const capture = new Blob([Uint8Array.from(await recentCapture(Date.now()))]);
const octets = { 'content-type': 'application/octet-stream' };
await asked('POST', '/network/captures?name=monday.pcap', token, capture, octets);
const { flows } = await asked<{ flows: { uid: string; service?: string }[] }>('GET', '/network/flows', token);
const flow = flows.find((each): each is { uid: string; service: string } => each.service !== undefined);
if (flow === undefined) throw new Error('nothing that was said is among the flows');

await asked('POST', '/admin/workspace-key/rotate', token, { password: PASSWORD, prepareOnly: false });

for (;;) {
  const { verdict } = await asked<{ verdict: string }>('GET', '/backup/status', token);
  if (verdict === 'complete') break;
  await new Promise((resolve) => setTimeout(resolve, 50));
}
server.child.kill('SIGTERM');
await server.ended;

const expected: Expected = {
  madeMs: Date.now(),
  ...{ password: PASSWORD, email: 'ada@example.org', recoveryKey: ada.recoveryKey, appPassword },
  handles: [ada.account.handle, grace.account.handle],
  files: {
    'Zeichnungen/plan.txt': ['first version', 'second version'].map(digestOf),
    'größe.bin': [digestOf(LONG)],
  },
  messages: ['Good morning', 'Good morning, @ada'],
  finding: seen.check,
  flow: { uid: flow.uid, service: flow.service },
};
mkdirSync(TO, { recursive: true });
cpSync(dataFolder, join(TO, 'workspace'), { recursive: true });
// Copies of the records hold nothing else.
rmSync(join(TO, 'workspace/records-backups'), { recursive: true, force: true });
for (const left of globSync('workspace/{lock*,*.lock,*-wal,*-shm}', { cwd: TO })) rmSync(join(TO, left));
writeFileSync(join(TO, 'expected.json'), `${JSON.stringify(expected, null, 2)}\n`);
rmSync(folder, { recursive: true, force: true });
console.error(`${TO}: ${globSync('**/*', { cwd: TO }).length} files and folders`);
