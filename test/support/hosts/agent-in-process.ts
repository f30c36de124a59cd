/** An agent in this process: real files, a real connection; when it scans and what it makes of it is the test's. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openAgentFiles, openSpool } from '../../../src/agent/index.ts';
import { agentSettings } from '../../../src/agent/settings.ts';
import { fleetServer, MOST_REPLY_BYTES } from '../../../src/agent/fleet-server.ts';
import { startAgent, type StartDeps } from '../../../src/agent/start.ts';
import { testTime, type TestTime } from '../../../src/agent/test-time.ts';
import { settingsOf } from '../../../src/base/settings.ts';
import { openApiClient } from '../../../src/cli/client/api-client.ts';
import { clientLimits } from '../../../src/cli/settings.ts';

export interface AgentInProcess extends AsyncDisposable {
  readonly files: ReturnType<typeof openAgentFiles>;
  readonly spool: ReturnType<typeof openSpool>;
  readonly time: TestTime;
  /** Resolves when it has said that. */
  said(line: RegExp): Promise<void>;
  readonly lines: readonly string[];
  /** What it ended with; `null`: it was stopped. */
  readonly ended: Promise<unknown>;
}

type Own = Partial<StartDeps> & Pick<StartDeps, 'server' | 'enrolmentToken'>;

export const HOST_ID = 'ab'.repeat(16);

export function agentInProcess(own: Own): AgentInProcess {
  const folder = mkdtempSync(join(tmpdir(), 'agent-'));
  const [files, spool, time, stopping] = [openAgentFiles(folder), openSpool(folder), testTime(), new AbortController()];
  const { signal } = stopping;
  const lines: string[] = [];
  const waiting = new Set<() => void>();
  const clients = new DisposableStack();
  const ended = startAgent({
    ...{ files, spool, time, signal, random: () => 1, clock: Date.now, with: null },
    ...{ stateFolder: folder, choice: { watched: [], options: {} }, runBuckets: async () => {} },
    ...{ runNetwork: async () => {}, networkChoice: null },
    ...{ host: { hostId: HOST_ID, hostname: 'lab' }, settings: settingsOf(agentSettings) },
    openServer(url, token) {
      const limits = { ...clientLimits, maxReplyBytes: MOST_REPLY_BYTES };
      return fleetServer(clients.use(openApiClient({ url, token, userAgent: 'test', signal, limits })));
    },
    say(line) {
      lines.push(line);
      for (const each of waiting) each();
    },
    // Until a test brings another, it scans for ever.
    scan: (own) => time.wait(Number.MAX_SAFE_INTEGER, own).then(() => Promise.reject(new Error('not awaited'))),
    ...own,
  }).then(
    () => null,
    (error: unknown) => error,
  );
  return {
    ...{ files, spool, time, lines, ended },
    said: (line) =>
      new Promise((resolve) => {
        const look = (): void => {
          if (!lines.some((each) => line.test(each))) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
      }),
    async [Symbol.asyncDispose]() {
      stopping.abort();
      await ended;
      clients.dispose();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
