/** The client of the measurements, in a process of its own. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { ClientJob, ClientResult } from './lean-client.ts';

export interface Client extends AsyncDisposable {
  /** Rejects when one of the requests is not answered as it should be. */
  run(job: ClientJob): Promise<{ readonly ms: number; readonly answers: readonly string[] }>;
}

export function startClient(): Client {
  const child: ChildProcess = fork(join(import.meta.dirname, 'lean-client.ts'), { serialization: 'advanced' });
  const ended = once(child, 'exit');
  return {
    async run(job) {
      child.send(job);
      const [result] = (await once(child, 'message')) as [ClientResult];
      if (result.error !== undefined) throw new Error(result.error);
      return result;
    },
    async [Symbol.asyncDispose]() {
      child.disconnect();
      await ended;
    },
  };
}
