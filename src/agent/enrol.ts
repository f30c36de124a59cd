/**
 * Makes this host known, once. What the agent asks with is on the disk before it asks: where the answer is lost, or the agent is
 * killed before it has it, it asks again with the same and gets the same token, which nobody else can.
 */
import { createHash, randomBytes } from 'node:crypto';
import type { Clock } from '../base/clock.ts';
import { HoldfastError } from '../base/errors.ts';
import { version } from '../base/version.ts';
import type { Attempts } from './attempts.ts';
import { agentErrors } from './errors.ts';
import type { OpenFleetServer } from './fleet-server.ts';
import type { AgentFiles, HostPart, Identity } from './kept.ts';
import { FIRST_SCHEDULE, scheduleFrom, type Schedule } from './schedule.ts';

export interface Enrolment {
  /** Without a slash at the end. */
  readonly server: string;
  readonly enrolmentToken: string;
  readonly host: { readonly hostId: string; readonly hostname: string };
  readonly with: readonly HostPart[];
}

export interface EnrolDeps {
  readonly files: Pick<AgentFiles, 'enrolling' | 'keepEnrolling' | 'keepIdentity' | 'keepAcknowledged'>;
  readonly openServer: OpenFleetServer;
  readonly clock: Clock;
  readonly attempts: Attempts;
  /** Nothing that an earlier host or enrolment left waits to be sent. */
  readonly clear: () => Promise<void>;
}

/** A token that the server gives hosts; anything else would be sent along for ever. */
const HOST_TOKEN = /^hfh_[A-Za-z0-9_.-]{16,512}$/;

/** Goes on until the server has answered. Throws `agent_enrolment_refused`, and what the attempts were aborted with. */
export async function enrol(
  { server, enrolmentToken, host, with: wanted }: Enrolment,
  { files, openServer, clock, attempts, clear }: EnrolDeps,
): Promise<{ readonly identity: Identity; readonly schedule: Schedule }> {
  const enrolledBy = tokenHash(enrolmentToken);
  const begun = await files.enrolling();
  const enrolmentKey = begun?.enrolledBy === enrolledBy ? begun.enrolmentKey : randomBytes(32).toString('base64url');
  await files.keepEnrolling({ enrolledBy, enrolmentKey });
  const attempted = `Enrol this host at ${server}`;
  const fleet = openServer(server, enrolmentToken);
  const body = { ...host, agentVersion: version, with: [...wanted], enrolmentKey };
  const answer = await attempts(() => fleet.enrol(body), isRefusal).catch((error: unknown) => {
    if (!(error instanceof HoldfastError) || !isRefusal(error)) throw error;
    const { title, detail, remedy, code } = error;
    const why = detail === undefined ? title : `${title}: ${detail}`;
    throw agentErrors('agent_enrolment_refused', {
      attempted,
      detail: why,
      remedy,
      extra: { reason: code },
      cause: error,
    });
  });
  const { token, schedule } = answer ?? {};
  if (typeof token !== 'string' || !HOST_TOKEN.test(token)) {
    throw agentErrors('agent_enrolment_refused', { attempted, detail: 'its answer holds no token for a host' });
  }
  await clear();
  await files.keepAcknowledged({ facts: null, firewall: null });
  const identity: Identity = {
    ...{ formatVersion: 1, server, ...host, token, with: wanted, enrolledMs: clock(), enrolledBy, ended: null },
  };
  await files.keepIdentity(identity);
  await files.keepEnrolling(null);
  return { identity, schedule: scheduleFrom(schedule, FIRST_SCHEDULE) };
}

/** What a server of ours says about the request itself does not pass by waiting. */
function isRefusal({ status }: HoldfastError): boolean {
  return REFUSALS.has(status);
}

const REFUSALS = new Set([400, 401, 403, 409, 410, 422]);

export function tokenHash(enrolmentToken: string): string {
  return createHash('sha256').update(enrolmentToken).digest('hex');
}
