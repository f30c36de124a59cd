/** The words of a verdict: who gets in, by which way, and what would stop them. */

import type { AclGrant } from './facts.ts';

/** Worst first. */
export const exposureVerdicts = [
  'public-write',
  'public-read',
  'public-list',
  /** Nothing public was seen, and something that could make it public could not be read. */
  'unknown',
  /** Nobody gets in now; without a flag that is on, everybody would. */
  'latent',
  /** Named accounts, an organisation, networks or services get in, and no stranger. */
  'shared',
  'private',
] as const;
export type ExposureVerdict = (typeof exposureVerdicts)[number];

/** What somebody may do. `settings`: read how the bucket is set up. `control`: change who gets in, or how it is set up. */
export const abilities = ['list', 'read', 'write', 'settings', 'acl-write', 'policy-write', 'control'] as const;
export type Ability = (typeof abilities)[number];

/** Who gets in. `strangers` are anybody; of `any-account` each needs an AWS account of any kind, free to open. */
export type AudienceKind =
  | 'strangers'
  | 'any-account'
  | 'account'
  | 'organization'
  | 'network'
  | 'service'
  | 'canonical-user'
  | 'federation'
  | 'holder'
  | 'access-point';

export interface Audience {
  readonly kind: AudienceKind;
  /** Account ids, ARNs, `o-…`, CIDRs, `vpc-…`, service names, canonical ids. Empty for strangers and any account. */
  readonly names: readonly string[];
}

/** A switch that closes a way. */
export type Flag = {
  readonly flag: 'IgnorePublicAcls' | 'RestrictPublicBuckets' | 'BucketOwnerEnforced';
  readonly level: 'organization' | 'account' | 'bucket' | 'access-point';
};

/** How one condition of a statement was judged. */
export interface JudgedCondition {
  readonly operator: string;
  readonly key: string;
  readonly values: readonly string[];
  /** `binds`: holds strangers out. `open`: a stranger can fulfil it. `never`: nobody can. `unknown`: taken as fulfilled. */
  readonly judged: 'binds' | 'open' | 'never' | 'unknown';
  readonly why: string;
}

/** The smallest request that gets in. */
export interface ProvingRequest {
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'DELETE' | 'POST';
  /** Path and query in path style: `/BUCKET/KEY?…`. */
  readonly path: string;
  readonly url: string;
  /** What it must carry beside that to fulfil conditions. */
  readonly headers: Readonly<Record<string, string>>;
  /** `true`: it must be signed, with any AWS account. */
  readonly signed: boolean;
  /** What else must be so: "comes from 11.0.0.1", "comes through any VPC endpoint". */
  readonly needs: readonly string[];
  readonly action: string;
  /** The same as a command. */
  readonly command: string;
}

export interface Way {
  readonly level: 'public' | 'shared';
  readonly from: 'policy' | 'acl' | 'object-acl' | 'access-point';
  /** The statement that lets in: counted from 0; `null`: it is a grant. */
  readonly statement: { readonly index: number; readonly sid: string | null } | null;
  readonly grant: AclGrant | null;
  /** The name of the access point it goes through, or the key of the object. */
  readonly through: string | null;
  readonly audience: Audience;
  readonly abilities: readonly Ability[];
  /** As the statement writes them; for a grant what it stands for. */
  readonly actions: readonly string[];
  /** Every action of S3 that gets in by it, by its name, with what statements of kind Deny take away left out. */
  readonly allowed: readonly string[];
  /** Keys as patterns: `public/*`; the empty one stands for the bucket itself. */
  readonly resources: readonly string[];
  readonly conditions: readonly JudgedCondition[];
  /** What statements of kind Deny take away from it, one sentence each. */
  readonly takenAway: readonly string[];
  /** The flags that are on and close it; empty: it is open now. */
  readonly stoppedBy: readonly Flag[];
  /** The flag that would close it. */
  readonly wouldStop: Flag['flag'] | null;
  /** `null` for ways that are no stranger's. */
  readonly request: ProvingRequest | null;
  /** One plain sentence. */
  readonly explanation: string;
}

/** Something that could not be read or judged. */
export interface Unknown {
  readonly part: string;
  readonly reason: string;
  /** The worst that it could hide. */
  readonly couldBe: ExposureVerdict;
}

export interface Disagreement {
  readonly with: 'policy-status' | 'probe';
  readonly explanation: string;
}

export interface Exposure {
  readonly bucket: string;
  readonly verdict: ExposureVerdict;
  /** One plain sentence. */
  readonly summary: string;
  /** What it would be with every flag gone; worse than `verdict` where a flag holds something back. */
  readonly withoutFlags: ExposureVerdict;
  /** Worst first; those that are stopped after those that are open. */
  readonly ways: readonly Way[];
  /** Every ability that strangers have now. */
  readonly strangersMay: readonly Ability[];
  /** Whether the policy counts as public by AWS's rule of fixed values, which RestrictPublicBuckets goes by. `null`: there is none, or it was not read. */
  readonly policyIsPublicToAws: boolean | null;
  readonly unknowns: readonly Unknown[];
  readonly disagreements: readonly Disagreement[];
}
