/** The calls that an agent makes. Of what a server answers it takes the token once, and then nothing but the schedule. */
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { ApiClient } from '../base/commands/command.ts';
import type { EnrolBody, HostReport } from '../host/wire.ts';

/** Answers are what anybody may have sent: nothing in them is as it should be until it was looked at. */
export interface FleetServer {
  enrol(body: EnrolBody): Promise<{ readonly token?: unknown; readonly schedule?: unknown } | undefined>;
  report(report: HostReport): Promise<{ readonly schedule?: unknown; readonly wants?: unknown } | undefined>;
  schedule(): Promise<{ readonly schedule?: unknown } | undefined>;
}

/** With a token of the host, or one that enrols it. */
export type OpenFleetServer = (url: string, token: string) => FleetServer;

/** Far above what a server has to say to an agent. */
export const MOST_REPLY_BYTES = 64 * 1024;

const compress = promisify(gzip);

export function fleetServer(api: ApiClient): FleetServer {
  return {
    enrol: (body) => api.post('/agent/enrol', body),
    schedule: () => api.get('/agent/schedule'),
    async report(report) {
      const body = await compress(JSON.stringify(report));
      const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip' };
      return await api.upload('POST', '/agent/reports', { headers, size: body.length, body: once(body) });
    },
  };
}

async function* once(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes;
}
