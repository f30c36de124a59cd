/** The server with routes of a test's own, on a free port, closed when the test ends. */
import type { TestContext } from 'node:test';
import { accountErrors } from '../accounts/index.ts';
import { silentLog } from '../base/log.ts';
import { settingsOf } from '../base/settings.ts';
import { type HttpServer, type HttpServerOptions, openHttpServer } from './http-server.ts';
import { serverSettings } from './settings.ts';

export type TestServerOptions = Partial<Omit<HttpServerOptions, 'settings'>> & {
  readonly settings?: Parameters<typeof settingsOf<typeof serverSettings>>[1];
};

export async function serve(t: TestContext, { settings, ...overrides }: TestServerOptions = {}): Promise<HttpServer> {
  const server = await openHttpServer({
    hosts: null,
    port: 0,
    tls: null,
    routes: [],
    authenticate: async () => {
      throw accountErrors('session_invalid');
    },
    authenticateAppPassword: async () => {
      throw accountErrors('session_invalid');
    },
    authenticateBot: async () => null,
    authenticateHost: async () => {
      throw accountErrors('session_invalid');
    },
    authenticateEnrolment: async () => {
      throw accountErrors('session_invalid');
    },
    watch: { watch: () => ({ [Symbol.dispose]() {} }) },
    metrics: async () => [],
    metricsToken: null,
    readiness: async () => [{ part: 'records', ok: true }],
    edge: { publicUrl: null, trustedProxies: () => false, insecureHttp: false },
    settings: settingsOf(serverSettings, settings),
    errors: {},
    version: '9.9.9',
    webFolder: null,
    clock: Date.now,
    log: silentLog,
    ...overrides,
  });
  t.after(() => server.close());
  return server;
}

/** For routes that need nobody. */
export const open = { access: 'public' } as const;

/** The header that a request from this machine carries. */
export const host = { host: 'localhost' };

/** The code of a problem's text. */
export const codeOf = (text: string): unknown => (JSON.parse(text) as { code: unknown }).code;
