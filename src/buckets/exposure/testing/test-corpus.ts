/** The published corpus of test/vectors/policies: buckets with their verdicts, as its README describes them. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AclGrant, BlockPublicAccess, ExposureFacts, Ownership } from '../facts.ts';
import { factsOf, OWNER } from './test-facts.ts';
import type { ExposureVerdict } from '../ways.ts';

const FOLDER = join(import.meta.dirname, '../../../../test/vectors/policies');

interface Written {
  readonly name: string;
  readonly verdict: ExposureVerdict;
  readonly withoutFlags?: ExposureVerdict;
  readonly publicToAws?: boolean;
  readonly reason: string;
  readonly source?: string;
  readonly at?: string;
  readonly policy?: string | object;
  readonly acl?: readonly AclGrant[];
  readonly objectAcls?: readonly { readonly key: string; readonly grants: readonly AclGrant[] }[];
  readonly ownership?: Ownership;
  readonly blockPublicAccess?: Readonly<Partial<Record<'bucket' | 'account' | 'organization', BlockPublicAccess>>>;
  readonly accessPoints?: readonly {
    readonly name: string;
    readonly arn: string;
    readonly networkOrigin: 'internet' | 'vpc';
    readonly policy: object | null;
    readonly blockPublicAccess: BlockPublicAccess | null;
  }[];
}

export interface CorpusCase extends Written {
  /** `deny/tls-only`. */
  readonly id: string;
  readonly facts: ExposureFacts;
}

export function corpus(): CorpusCase[] {
  const files = readdirSync(FOLDER).filter((file) => file.endsWith('.json'));
  return files.toSorted().flatMap((file) => {
    const cases = JSON.parse(readFileSync(join(FOLDER, file), 'utf8')) as Written[];
    return cases.map((each) => ({
      ...each,
      id: `${file.slice(0, -'.json'.length)}/${each.name}`,
      facts: bucketOf(each),
    }));
  });
}

function bucketOf({
  at,
  policy,
  acl = [],
  objectAcls = [],
  ownership,
  blockPublicAccess = {},
  accessPoints = [],
}: Written) {
  return factsOf({
    bucket: 'examplebucket',
    region: 'us-east-1',
    policy: { value: typeof policy === 'object' ? JSON.stringify(policy) : (policy ?? null) },
    acl: { value: { ownerId: OWNER, grants: acl } },
    objectAcls: objectAcls.map(({ key, grants }) => ({ key, acl: { ownerId: OWNER, grants } })),
    ownership: { value: ownership ?? null },
    blockPublicAccess: {
      bucket: { value: blockPublicAccess.bucket ?? null },
      account: { value: blockPublicAccess.account ?? null },
      organization: { value: blockPublicAccess.organization ?? null },
    },
    accessPoints: {
      value: accessPoints.map(({ policy: own, blockPublicAccess: flags, ...rest }) => ({
        ...rest,
        policy: { value: own === null ? null : JSON.stringify(own) },
        blockPublicAccess: { value: flags },
      })),
    },
    atMs: at === undefined ? null : Date.parse(at),
  });
}
