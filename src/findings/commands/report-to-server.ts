/** The server of the saved session, as a place that keeps findings. */
import type { ApiClient, CommandContext } from '../../base/commands/command.ts';
import { HoldfastError } from '../../base/errors.ts';
import { reportRun, type FindingsSink, type ReportedRun } from '../reporting.ts';

/**
 * Sends what a look saw to the server, when somebody is signed in at one. That it does not take it is said and is no
 * failure: what was found is kept here anyway.
 */
export async function reportToServer(context: CommandContext, run: ReportedRun): Promise<void> {
  const url = await context.chosenServer();
  if (url === undefined) return;
  try {
    await reportRun(run, serverSink(await context.signedIn()));
    context.terminal.note(`Sent to ${url}`);
  } catch (error) {
    if (!(error instanceof HoldfastError)) throw error;
    context.terminal.warn(`Not sent to ${url}: ${error.title}. The findings are kept on this computer.`);
  }
}

function serverSink(api: ApiClient): FindingsSink {
  const of = (runId: string) => `/findings/runs/${encodeURIComponent(runId)}`;
  return {
    begin: (run) => api.post<{ runId: string }>('/findings/runs', run),
    async observe(runId, batch, findings) {
      const body = Buffer.from(JSON.stringify({ findings }));
      const headers = { 'Content-Type': 'application/json' };
      await api.upload('PUT', `${of(runId)}/batches/${batch}`, { headers, size: body.length, body: once(body) });
    },
    end: (runId, complete) => api.post(`${of(runId)}/end`, { complete }, { slow: true }),
  };
}

async function* once(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes;
}
