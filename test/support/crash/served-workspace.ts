/** A workspace whose server is started, watched, killed and started again, always the real command on the same folder. */
import { closeSync, openSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { launcher } from '../clients/cli-person.ts';
import { freePort, spawnServer, type ServerProcess } from '../servers/process.ts';
import { driveClient, type DriveClient } from './drive/client.ts';

export interface ServedWorkspace extends AsyncDisposable {
  readonly dataFolder: string;
  /** What the servers wrote to their log, warnings and worse. */
  readonly logFile: string;
  readonly account: { readonly accountId: string; readonly token: string };
  /** Starts the server and waits until it answers. */
  start(): Promise<Started>;
  /** Starts the server and kills it `afterMs` later, ready or not. */
  startAndKill(afterMs: number): Promise<void>;
  /** Logs in as the owner: brings up the process that checks passwords. */
  logIn(url: string): Promise<void>;
  /** Keeps the folder when this is disposed, for whoever looks into a failure. */
  keep(): void;
}

export interface Started {
  readonly server: ServerProcess;
  readonly client: DriveClient;
  readonly startMs: number;
}

/** As in production, but for cheap passwords, an index in small folders too, and broken copies removed within seconds. */
const SETTINGS = {
  HOLDFAST_KDF_MEMORY_BYTES: String(19 * 1024 * 1024),
  HOLDFAST_KDF_PASSES: '2',
  HOLDFAST_LIST_INDEXED_FROM: '10',
  HOLDFAST_COPY_STALE_MS: '10000',
  HOLDFAST_PUBLIC_REQUESTS_PER_MINUTE: '1000000',
  HOLDFAST_LOG_LEVEL: 'warn',
};

const OWNER = { name: 'Ada', email: 'ada@example.org', password: 'three unlikely words 1' };

export interface ServedWorkspaceOptions {
  /** What its servers do not bring to the disk; see ../trace/without-sync.ts. */
  readonly withoutSync?: 'files' | 'folders' | 'records';
  /** HOLDFAST_* variables besides its own. */
  readonly settings?: Readonly<Record<string, string>>;
}

const WITHOUT_SYNC = join(import.meta.dirname, '../trace/without-sync.ts');

export async function servedWorkspace({
  withoutSync,
  settings,
}: ServedWorkspaceOptions = {}): Promise<ServedWorkspace> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-killed-'));
  const dataFolder = join(folder, 'data');
  const logFile = join(folder, 'server.log');
  await mkdir(dataFolder, { mode: 0o700 });
  let kept = false;
  let running: ServerProcess | null = null;

  const spawned = async (): Promise<ServerProcess> => {
    const port = await freePort();
    const log = openSync(logFile, 'a', 0o600);
    const env = {
      ...SETTINGS,
      ...settings,
      XDG_CONFIG_HOME: join(folder, 'config'),
      // What goes by way of io_uring is seen by nobody who watches system calls.
      UV_USE_IO_URING: '0',
      ...(withoutSync && { WITHOUT_SYNC: withoutSync, NODE_OPTIONS: `--import=${pathToFileURL(WITHOUT_SYNC).href}` }),
    };
    try {
      running = spawnServer({ launcher: [launcher], dataFolder, port, env, log, ownGroup: true });
    } finally {
      closeSync(log);
    }
    return running;
  };
  const post = async (url: string, path: string, json: object): Promise<Response> => {
    const headers = { 'content-type': 'application/json' };
    return await fetch(`${url}/api/v1${path}`, { method: 'POST', headers, body: JSON.stringify(json) });
  };

  const first = await spawned();
  await first.ready;
  const setupCode = (await readFile(join(dataFolder, 'setup-code'), 'utf8')).trim();
  const reply = await post(first.url, '/accounts', { ...OWNER, setupCode });
  if (reply.status !== 201) throw new Error(`Sign up: ${reply.status} ${await reply.text()}`);
  const made = (await reply.json()) as { account: { accountId: string }; token: string };
  first.child.kill('SIGTERM');
  await first.ended;

  return {
    dataFolder,
    logFile,
    account: { accountId: made.account.accountId, token: made.token },
    async start() {
      const began = performance.now();
      const server = await spawned();
      await server.ready;
      const startMs = performance.now() - began;
      return { server, client: await driveClient(server.url, made.token), startMs };
    },
    async startAndKill(afterMs) {
      const server = await spawned();
      await new Promise((resolve) => setTimeout(resolve, afterMs));
      server.child.kill('SIGKILL');
      await server.ended;
    },
    async logIn(url) {
      const { email, password } = OWNER;
      const answer = await post(url, '/sessions', { email, password });
      await answer.arrayBuffer();
    },
    keep() {
      kept = true;
    },
    async [Symbol.asyncDispose]() {
      if (running && running.child.exitCode === null && running.child.signalCode === null) {
        running.child.kill('SIGKILL');
        await running.ended;
      }
      if (!kept) await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Whether a process of this group is still there a minute after its leader was killed; ends what is left of it. */
export async function outlives(group: number): Promise<boolean> {
  const until = performance.now() + 60_000;
  while (isThere(group)) {
    if (performance.now() > until) {
      process.kill(-group, 'SIGKILL');
      return true;
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return false;
}

function isThere(group: number): boolean {
  try {
    return process.kill(-group, 0);
  } catch {
    return false;
  }
}
