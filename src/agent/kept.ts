/** What an agent keeps of itself, readable by its user alone: who it is at the server, and how it is doing. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { EnrolBody } from '../host/wire.ts';
import { openPrivateFolder } from '../storage/index.ts';
import { agentErrors } from './errors.ts';
import type { LastLook, Schedule } from './schedule.ts';

/** What an agent reports: `host`, `buckets`, `network`. */
export type HostPart = EnrolBody['with'][number];

/** As the server knows this host. */
export interface Identity {
  readonly formatVersion: 1;
  /** Without a slash at the end. */
  readonly server: string;
  readonly hostId: string;
  readonly hostname: string;
  /** Opens no key; reports for this host alone. */
  readonly token: string;
  readonly with: readonly HostPart[];
  readonly enrolledMs: number;
  /** SHA-256 of the enrolment token that was used up, so that another one is told apart. */
  readonly enrolledBy: string;
  /** The server takes nothing from it any more: there is no sense in asking again. */
  readonly ended: { readonly code: string; readonly title: string; readonly atMs: number } | null;
}

/** An enrolment that was begun: a lost answer is asked for again with the same key. */
export interface Enrolling {
  readonly enrolledBy: string;
  /** 32 random bytes, base64url. */
  readonly enrolmentKey: string;
}

/** Hashes of the parts that the server has. */
export interface Acknowledged {
  readonly facts: string | null;
  readonly firewall: string | null;
}

/** What `agent status` tells; nothing of what was found. */
export interface AgentStatus {
  /** `null`: it was stopped in order. */
  readonly process: { readonly pid: number; readonly startedTicks: string } | null;
  readonly schedule: Schedule;
  readonly lastScan: (LastLook & { readonly tookMs: number | null; readonly index: number | null }) | null;
  readonly nextScanMs: number | null;
  readonly lastContactMs: number | null;
  /** Since the last contact; `null`: all is well. */
  readonly failing: Failing | null;
  readonly scanFailing: Failing | null;
  /** Of buckets; `null`: none yet. */
  readonly lastAudit: LastLook | null;
  readonly auditFailing: Failing | null;
  /** `null`: no objects are watched just now. */
  readonly watchingSinceMs: number | null;
  readonly watchFailing: Failing | null;
  /** `null`: no packets are taken just now. */
  readonly capturingSinceMs: number | null;
  readonly captureFailing: Failing | null;
  /** Batches of flows that never reached the server, since the enrolment. */
  readonly lostBatches: number;
  /** Reports that never reached the server, since the enrolment. */
  readonly lost: { readonly givenUp: number; readonly refused: number };
}

export interface Failing {
  readonly code: string;
  readonly title: string;
  readonly sinceMs: number;
  readonly attempts: number;
}

export interface AgentFiles {
  /** Where all of it lies. */
  readonly folder: string;
  /** Throws `agent_state_unusable` where a file of ours is none. */
  identity(): Promise<Identity | null>;
  /** On the disk when it resolves. */
  keepIdentity(identity: Identity): Promise<void>;
  enrolling(): Promise<Enrolling | null>;
  keepEnrolling(enrolling: Enrolling | null): Promise<void>;
  acknowledged(): Promise<Acknowledged>;
  keepAcknowledged(acknowledged: Acknowledged): Promise<void>;
  status(): Promise<AgentStatus | null>;
  keepStatus(status: AgentStatus): Promise<void>;
}

export function openAgentFiles(stateFolder: string): AgentFiles {
  const folder = join(stateFolder, 'agent');
  const { read, write } = openPrivateFolder();
  const path = (name: string): string => join(folder, `${name}.json`);
  const document = async <Kept>(name: string): Promise<Kept | null> => {
    const bytes = await read(path(name));
    return bytes === null ? null : (JSON.parse(bytes.toString('utf8')) as Kept);
  };
  const keep = (name: string, kept: object, durable: boolean): Promise<void> =>
    write(path(name), `${JSON.stringify(kept, null, 1)}\n`, durable);
  /** What only makes something be done again is none when it is damaged. */
  const orNull = async <Kept>(name: string): Promise<Kept | null> => {
    try {
      return await document<Kept>(name);
    } catch (error) {
      if (error instanceof SyntaxError) return null;
      throw error;
    }
  };
  return {
    folder,
    async identity() {
      try {
        return await document<Identity>('identity');
      } catch (cause) {
        throw agentErrors('agent_state_unusable', { attempted: `Read ${path('identity')}`, detail: folder, cause });
      }
    },
    keepIdentity: (identity) => keep('identity', identity, true),
    enrolling: () => orNull('enrolling'),
    async keepEnrolling(enrolling) {
      if (enrolling) await keep('enrolling', enrolling, true);
      else await rm(path('enrolling'), { force: true });
    },
    acknowledged: async () => (await orNull('acknowledged')) ?? { facts: null, firewall: null },
    keepAcknowledged: (acknowledged) => keep('acknowledged', acknowledged, false),
    status: () => orNull('status'),
    keepStatus: (status) => keep('status', status, false),
  };
}
