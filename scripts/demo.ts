/**
 * `npm run demo`: a workspace to look around in, with people, files, rooms, hosts, findings and an account of AWS that is
 * only replayed. Everything lies in one folder, is reached from this machine alone, and is gone when it ends.
 *
 * `npm run demo -- --once` ends as soon as all is there, and says so: for tests.
 */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serveByCommand } from '../test/support/servers/workspace-by-command.ts';
import { fillDemo } from './demo/fill.ts';
import { ownEnvironment } from './demo/own-environment.ts';
import { replayAccount } from './demo/replayed-account.ts';
import { tour } from './demo/tour.ts';

const LAUNCHER = [process.execPath, join(import.meta.dirname, '../src/entry/holdfast.js')];
const say = (line: string): void => console.log(line);

async function demo(folder: string, ends: boolean, stopped: AbortSignal): Promise<void> {
  await using account = await replayAccount();
  const { aws, keep } = ownEnvironment(folder, account.endpoint);
  for (const name of Object.keys(process.env)) if (!(name in keep)) delete process.env[name];
  Object.assign(process.env, keep);
  // Once nobody serves any more, what is under way ends by itself; until then it may still write.
  await using underWay = new AsyncDisposableStack();
  await using workspace = await serveByCommand(LAUNCHER, join(folder, 'workspace'), { HOLDFAST_BUCKETS: 'aws' });
  const work = join(folder, 'work');
  await mkdir(work, { mode: 0o700 });
  // Before anybody waits for it, it is heard by nobody.
  if (stopped.aborted) return;
  const password = randomBytes(9).toString('base64url');
  const filled = fillDemo(workspace, { folder: work, password, say });
  const over = filled.then(
    () => undefined,
    () => undefined,
  );
  underWay.defer(async () => await over);
  const admin = await Promise.race([filled, once(stopped, 'abort').then(() => null)]);
  if (admin === null) return;
  const person = { email: admin.email, password };
  const folders = { configFolder: join(folder, 'workspace/config'), stateFolder: join(folder, 'state') };
  say(tour({ url: workspace.url, ...person, ...folders, aws }));
  if (!ends && !stopped.aborted) await once(stopped, 'abort');
}

const stopping = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stopping.abort());
const folder = await mkdtemp(join(tmpdir(), 'holdfast-demo-'));
try {
  await demo(folder, process.argv.includes('--once'), stopping.signal);
} finally {
  await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
  say('The demo is over; nothing of it is left.');
}
