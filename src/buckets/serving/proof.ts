/** What is kept of a bucket for its page: the proof of the verdict, and what would mend it. */
import type { AuditedBucket, Audit } from '../auditing/audit.ts';
import type { KnownFindings } from '../auditing/report.ts';
import { callOf } from '../fixes/change.ts';
import { lossesOf } from '../fixes/plan.ts';
import { planOf } from '../fixes/plan-all.ts';
import type { ProbedRequest } from '../exposure/anonymous-probe.ts';
import type { Disagreement, Exposure, ExposureVerdict, Unknown, Way } from '../exposure/ways.ts';

export interface Fix {
  readonly calls: readonly { readonly call: string; readonly before: string | null; readonly after: string | null }[];
  /** The verdict once they are made. */
  readonly after: ExposureVerdict;
  readonly losses: readonly string[];
  readonly left: readonly { readonly check: string; readonly why: string }[];
  /** Findings that somebody decided to live with. */
  readonly accepted: number;
}

export interface Proof {
  readonly exposure: Pick<Exposure, 'withoutFlags' | 'strangersMay'> & {
    readonly ways: readonly Way[];
    /** Ways beside those. */
    readonly moreWays: number;
    readonly unknowns: readonly Unknown[];
    readonly disagreements: readonly Disagreement[];
  };
  /** As the store gave it; `null`: there is none, or it was not read. */
  readonly policy: string | null;
  /** `null`: nobody asked as a stranger. */
  readonly probe: { readonly requests: readonly ProbedRequest[]; readonly skipped: readonly string[] } | null;
  readonly fix: Fix;
  /** Findings of it that are or were wrong. */
  readonly findingIds: readonly string[];
}

/** A record takes 350 KiB; a policy has 20 KiB at most. */
const MOST_BYTES = 300_000;
const WAYS = 20;
const TEXT = 24_000;
/** What one statement of a policy can hold; what all of it together takes is seen to at the end. */
const ITEMS = 1000;

export interface ProofParts {
  readonly known: KnownFindings;
  readonly endpoint: string | null;
  readonly findingIds: readonly string[];
  readonly atMs: number;
}

export function proofOf(audit: Audit, audited: AuditedBucket, { findingIds, ...parts }: ProofParts): Proof {
  const { facts, exposure, probe } = audited;
  const { withoutFlags, strangersMay, ways, unknowns, disagreements } = exposure;
  return {
    exposure: {
      ...{ withoutFlags, strangersMay },
      ways: cut(ways.slice(0, WAYS)),
      moreWays: Math.max(0, ways.length - WAYS),
      unknowns: cut(unknowns),
      disagreements: cut(disagreements),
    },
    policy: facts.policy.known && facts.policy.value !== null ? facts.policy.value.slice(0, TEXT) : null,
    probe: probe && { requests: probe.requests.map(shortened), skipped: cut(probe.skipped) },
    fix: fixOf(audit, audited, parts),
    findingIds,
  };
}

/** What `holdfast buckets fix BUCKET` would do now: what is critical or high. */
function fixOf(audit: Audit, audited: AuditedBucket, parts: Omit<ProofParts, 'findingIds'>): Fix {
  const observations = audited.observations.filter(({ severity }) => severity === 'critical' || severity === 'high');
  const only: Audit = { ...audit, buckets: [{ ...audited, observations }], accountObservations: [] };
  const { buckets, accepted } = planOf(only, { ...parts, areNamed: true });
  const [plan] = buckets;
  return {
    calls: (plan?.changes ?? []).map((change) => ({
      call: callOf(change),
      before: textOf(change.before),
      after: textOf(change.after),
    })),
    after: plan?.after.verdict ?? audited.exposure.verdict,
    losses: cut(plan === undefined ? [] : lossesOf(plan)),
    left: cut(plan?.left ?? []),
    accepted,
  };
}

/** As JSON that people read; a policy is JSON in a text already. `null`: not set. */
function textOf(value: unknown): string | null {
  if (value === null) return null;
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > TEXT ? `${text.slice(0, TEXT)}…` : text;
}

function shortened(request: ProbedRequest): ProbedRequest {
  return { ...request, url: request.url.slice(0, TEXT), key: request.key?.slice(0, TEXT) ?? null };
}

/** Texts and lists no longer than a policy can make them. */
function cut<Value>(value: Value): Value {
  return cutAny(value) as Value;
}

function cutAny(value: unknown): unknown {
  if (typeof value === 'string') return value.length > TEXT ? `${value.slice(0, TEXT)}…` : value;
  if (Array.isArray(value)) return value.slice(0, ITEMS).map(cutAny);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, cutAny(each)]));
}

/** Fits a record, whatever the bucket: what does not is left out, the least telling first. */
export function proofJson(proof: Proof): string {
  const { ways, moreWays } = proof.exposure;
  const { calls } = proof.fix;
  const named: Proof = {
    ...proof,
    exposure: { ...proof.exposure, ways: ways.slice(0, 1), moreWays: moreWays + Math.max(0, ways.length - 1) },
    probe: null,
    fix: { ...proof.fix, calls: calls.map(({ call }) => ({ call, before: '…', after: '…' })) },
  };
  const bare: Proof = {
    ...named,
    exposure: { ...named.exposure, ways: [], moreWays: moreWays + ways.length, unknowns: [], disagreements: [] },
    policy: null,
    fix: { ...named.fix, losses: [], left: [] },
  };
  const fitting = [proof, named].map(jsonOf).find((json) => Buffer.byteLength(JSON.stringify(json)) <= MOST_BYTES);
  return fitting ?? jsonOf(bare);
}

function jsonOf(proof: Proof): string {
  return JSON.stringify(proof).toWellFormed();
}
