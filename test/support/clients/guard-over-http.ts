/** A guard as the server knows one: a program that reports what it sees over HTTP, with an admin's session. */
import type { ObservationRequest, RunView } from '../../../src/findings/wire.ts';
import type { PersonOverHttp } from './person-over-http.ts';

export interface Look {
  /** Default: `buckets`. */
  readonly source?: string;
  readonly scope?: string;
  /** Default: everything was looked at. */
  readonly complete?: boolean;
}

const AT_ONCE = 500;

/** One whole look of one guard at one place. */
export async function look(
  admin: PersonOverHttp,
  seen: readonly ObservationRequest[],
  { source = 'buckets', scope = 'account 123456789012', complete = true }: Look = {},
): Promise<RunView> {
  const { runId } = await admin.ask<RunView>('POST', '/findings/runs', { source, scope, checks: null });
  for (let at = 0; at < seen.length; at += AT_ONCE) {
    const findings = seen.slice(at, at + AT_ONCE);
    await admin.ask('PUT', `/findings/runs/${runId}/batches/${at / AT_ONCE}`, { findings });
  }
  return await admin.ask<RunView>('POST', `/findings/runs/${runId}/end`, { complete });
}

type Seen = Pick<ObservationRequest, 'check' | 'title' | 'severity'> & Partial<ObservationRequest>;

export function bucketFinding(bucket: string, seen: Seen): ObservationRequest {
  return {
    kind: 'compliance',
    resource: {
      uid: `arn:aws:s3:::${bucket}`,
      type: 'bucket',
      name: bucket,
      provider: 'aws',
      account: '123456789012',
      region: 'eu-central-1',
    },
    verdict: 'fail',
    evidence: [],
    rationale: '',
    remedy: '',
    references: [],
    ...seen,
  };
}

export function hostFinding(host: string, path: string, seen: Seen): ObservationRequest {
  return {
    kind: 'compliance',
    resource: { uid: `host/${host}${path}`, type: 'host', name: host, path },
    verdict: 'fail',
    evidence: [],
    rationale: '',
    remedy: '',
    references: [],
    ...seen,
  };
}
