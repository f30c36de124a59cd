/** A start of the agent: who it is at the server, by what is kept or by a token that enrols it; then its work until it is stopped. */
import type { Clock } from '../base/clock.ts';
import { endedError, runAgent } from './agent.ts';
import type { Time } from './alarm.ts';
import { openAttempts } from './attempts.ts';
import type { BucketsChoice, RunBuckets } from './buckets.ts';
import { enrol, tokenHash } from './enrol.ts';
import { agentErrors } from './errors.ts';
import type { OpenFleetServer } from './fleet-server.ts';
import type { AgentFiles, HostPart, Identity } from './kept.ts';
import type { NetworkChoice, RunNetwork } from './network.ts';
import type { Scanned } from './scan-process.ts';
import type { AgentSettings } from './settings.ts';
import type { Spool } from './spool.ts';
import { failing, openStatus, type StatusKeeper } from './status.ts';

export interface StartDeps {
  readonly files: AgentFiles;
  readonly spool: Spool;
  readonly openServer: OpenFleetServer;
  readonly host: { readonly hostId: string; readonly hostname: string };
  /** `null`: that of the enrolment. */
  readonly server: string | null;
  /** What it reports; `null`: as at the enrolment. */
  readonly with: readonly HostPart[] | null;
  /** `null`: none was given, or it cannot be read any more. */
  readonly enrolmentToken: string | null;
  readonly scan: (signal: AbortSignal) => Promise<Scanned>;
  readonly runBuckets: RunBuckets;
  readonly choice: BucketsChoice;
  readonly runNetwork: RunNetwork;
  /** `null`: no interface is named. */
  readonly networkChoice: NetworkChoice | null;
  readonly stateFolder: string;
  readonly settings: AgentSettings;
  readonly clock: Clock;
  readonly time: Time;
  readonly random: () => number;
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
}

/**
 * Resolves when `signal` aborts. Throws `agent_not_enrolled`, `agent_enrolment_refused`, `agent_other_host`,
 * `agent_part_not_enrolled`, and `agent_ended` when the server takes nothing more from this host.
 */
export async function startAgent(deps: StartDeps): Promise<void> {
  const { files, signal, say } = deps;
  await using status = await openStatus(files);
  let identity: Identity;
  try {
    identity = await identityOf(deps, status);
  } catch (error) {
    if (signal.aborted) return;
    throw error;
  }
  say(`${identity.hostname} (${identity.hostId}) reports to ${identity.server}.`);
  const { server, token, hostId } = identity;
  const { choice, runBuckets, stateFolder, runNetwork, networkChoice } = deps;
  const parts = deps.with ?? identity.with;
  const job = { stateFolder, server, token };
  await runAgent({
    ...{ ...deps, identity, status, fleet: deps.openServer(server, token) },
    buckets: parts.includes('buckets') ? { choice, runBuckets, job } : null,
    network:
      parts.includes('network') && networkChoice ? { runNetwork, job: { ...job, ...networkChoice, hostId } } : null,
  });
}

async function identityOf(deps: StartDeps, status: StatusKeeper): Promise<Identity> {
  const { files, host, enrolmentToken, say } = deps;
  const kept = await files.identity();
  const isNew = enrolmentToken !== null && kept?.enrolledBy !== tokenHash(enrolmentToken);
  if (isNew) return await enrolAnew(enrolmentToken, kept, deps, status);
  if (kept === null) throw agentErrors('agent_not_enrolled', { attempted: 'Start the agent' });
  if (kept.hostId !== host.hostId) {
    throw agentErrors('agent_other_host', { attempted: `Use ${files.folder}`, detail: `by ${kept.hostname}` });
  }
  if (kept.ended) throw endedError(kept.server, kept.ended);
  if (enrolmentToken !== null) say('The token was used up by the enrolment: remove its file.');
  const refused = (deps.with ?? []).filter((part) => !kept.with.includes(part));
  if (refused.length > 0) {
    const detail = `it was enrolled for ${kept.with.join(' and ')}, not for ${refused.join(' and ')}`;
    throw agentErrors('agent_part_not_enrolled', { attempted: 'Start the agent', detail });
  }
  const now = { ...kept, hostname: host.hostname, server: deps.server ?? kept.server };
  if (JSON.stringify(now) !== JSON.stringify(kept)) await files.keepIdentity(now);
  return now;
}

async function enrolAnew(
  enrolmentToken: string,
  kept: Identity | null,
  deps: StartDeps,
  status: StatusKeeper,
): Promise<Identity> {
  const { files, spool, openServer, host, settings, clock, time, random, signal, say } = deps;
  const server = deps.server ?? kept?.server;
  if (server === undefined) {
    throw agentErrors('agent_not_enrolled', { attempted: 'Start the agent', detail: 'no --server URL was given' });
  }
  const attempts = openAttempts({
    ...{ time, settings, random, signal },
    async onFailure(error) {
      const isFirst = status.now.failing === null;
      await status.change({ failing: failing(status.now.failing, error, clock()) });
      if (isFirst) say(`${server}: ${error.title}. It is asked again and again.`);
    },
  });
  const wanted = deps.with ?? (['host'] as const);
  const { identity, schedule } = await enrol(
    { server, enrolmentToken, host, with: wanted },
    { files, openServer, clock, attempts, clear: () => spool.clear() },
  );
  const lost = { givenUp: 0, refused: 0 };
  await status.change({ lostBatches: 0, schedule, lastContactMs: clock(), failing: null, lastScan: null, lost });
  say(`Enrolled at ${server}. The token is used up: remove its file.`);
  return identity;
}
