/** A whole server in this process: real stores, real records, a free port, a data folder of its own. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLog } from '../../../src/base/log.ts';
import { compose, type Overrides, type Workspace } from '../../../src/compose.ts';
import { type Config, readConfig, type ServeFlags } from '../../../src/config/index.ts';
import { testedStores } from '../stores/tested-stores.ts';

export interface StartOptions extends Partial<Overrides> {
  /** An existing data folder, for starting again; it is not removed at the end. */
  readonly data?: string;
  readonly flags?: ServeFlags;
  /** HOLDFAST_* variables; the ones of the test's own process do not count. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Argon2id as in production. Default false: the smallest that the settings allow. */
  readonly fullPasswordCost?: boolean;
}

export interface StartedServer extends AsyncDisposable {
  /** `http://localhost:PORT`, without a slash at the end. */
  readonly url: string;
  readonly port: number;
  /** The data folder. */
  readonly data: string;
  readonly config: Config;
  readonly workspace: Workspace;
  /** Stops the server and keeps its data, so that it can be started again. */
  stop(): Promise<void>;
  /** `fetch` on a path of this server, with a token and a JSON body. */
  call(method: string, path: string, options?: CallOptions): Promise<Response>;
  /** Makes an account (the first with the setup code) and answers its token and recovery key. */
  signUp(person?: Partial<Person>): Promise<SignedUp>;
}

export interface CallOptions {
  readonly token?: string;
  readonly json?: unknown;
  readonly body?: NonNullable<RequestInit['body']>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

export interface Person {
  readonly name: string;
  readonly email: string;
  readonly password: string;
  /** Needed where sign-up is not open. */
  readonly invitation?: string;
}

export interface SignedUp {
  readonly accountId: string;
  readonly token: string;
  readonly recoveryKey: string;
  readonly email: string;
  readonly password: string;
}

/** Disposing stops the server and removes the data folder, unless it was given. */
export async function startServer(options: StartOptions = {}): Promise<StartedServer> {
  const data = options.data ?? (await mkdtemp(join(tmpdir(), 'holdfast-test-')));
  const cheap = options.fullPasswordCost ? {} : cheapPasswords;
  try {
    const environment = { ...cheap, ...noLine, ...(await testedStores(data)), ...options.environment };
    const config = readConfig({ data, port: 0, ...options.flags }, environment);
    const { clock = Date.now, log = silentLog, ...overrides } = options;
    const workspace = await compose(config, { clock, log, ...overrides });
    return startedServer(config, workspace, options.data === undefined);
  } catch (error) {
    if (options.data === undefined) await rm(data, { recursive: true, force: true });
    throw error;
  }
}

/** Its default port is one for all servers of this machine. */
const noLine = { HOLDFAST_CHAT_LINE_PORT: '0' };
const cheapPasswords = { HOLDFAST_KDF_MEMORY_BYTES: String(19 * 1024 * 1024), HOLDFAST_KDF_PASSES: '2' };

function startedServer(config: Config, workspace: Workspace, ownsData: boolean): StartedServer {
  const url = workspace.addresses.at(-1) ?? '';
  let people = 0;
  const call: StartedServer['call'] = (method, path, { token, json, body, headers, signal } = {}) =>
    fetch(`${url}${path}`, {
      method,
      headers: {
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(json === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(json === undefined ? {} : { body: JSON.stringify(json) }),
      ...(body === undefined ? {} : { body, duplex: 'half' }),
      ...(signal === undefined ? {} : { signal }),
    });
  return {
    url,
    port: workspace.server.port,
    data: config.dataFolder,
    config,
    workspace,
    call,
    async signUp(given = {}) {
      people += 1;
      const person = {
        name: `Person ${people}`,
        email: `person${people}@example.org`,
        password: `three unlikely words ${people}`,
        ...given,
      };
      const setupCode = (await workspace.accounts.needsSetupCode()) ? workspace.setupCode : null;
      const json = { ...person, ...(setupCode === null ? {} : { setupCode }) };
      const response = await call('POST', '/api/v1/accounts', { json });
      if (response.status !== 201) throw new Error(`Sign-up answered ${response.status}: ${await response.text()}`);
      const reply = (await response.json()) as { account: { accountId: string }; token: string; recoveryKey: string };
      const { email, password } = person;
      return {
        accountId: reply.account.accountId,
        token: reply.token,
        recoveryKey: reply.recoveryKey,
        email,
        password,
      };
    },
    async stop() {
      await workspace[Symbol.asyncDispose]();
    },
    async [Symbol.asyncDispose]() {
      await workspace[Symbol.asyncDispose]();
      if (ownsData) await rm(config.dataFolder, { recursive: true, force: true });
    },
  };
}
