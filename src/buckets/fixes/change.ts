import { canonicalJson } from '../../base/formats/canonical-json.ts';
import type { BucketReadings, PublicAccessBlock } from '../facts/bucket-facts.ts';

/** Settings that a fix may change, in the order in which they are changed: what lets in is closed before what locks. */
export const fixableSettings = [
  'policy',
  'acl',
  'ownership',
  'publicAccessBlock',
  'encryption',
  'versioning',
  'lifecycle',
] as const satisfies readonly (keyof BucketReadings)[];
export type FixableSetting = (typeof fixableSettings)[number];

/** What is changed: one setting of a bucket, or the Block Public Access of the account. */
export type Target =
  | {
      readonly kind: 'bucket';
      readonly bucket: string;
      readonly region: string | null;
      readonly setting: FixableSetting;
    }
  | { readonly kind: 'account'; readonly accountId: string };

/** Whatever a setting may be, as JSON; `null`: not set. */
export type SettingValue = BucketReadings[FixableSetting] | PublicAccessBlock | null;

export interface Change {
  readonly target: Target;
  readonly before: SettingValue;
  readonly after: SettingValue;
}

/** How a change reads as calls of the S3 API: what is put, or that it is taken away. */
export function callOf({ target, after }: Pick<Change, 'target' | 'after'>): string {
  if (target.kind === 'account')
    return after === null ? 'DeletePublicAccessBlock (account)' : 'PutPublicAccessBlock (account)';
  return (after === null ? DELETES : PUTS)[target.setting];
}

const PUTS: { readonly [S in FixableSetting]: string } = {
  policy: 'PutBucketPolicy',
  acl: 'PutBucketAcl',
  ownership: 'PutBucketOwnershipControls',
  publicAccessBlock: 'PutPublicAccessBlock',
  encryption: 'PutBucketEncryption',
  versioning: 'PutBucketVersioning',
  lifecycle: 'PutBucketLifecycleConfiguration',
};
const DELETES: { readonly [S in FixableSetting]: string } = {
  policy: 'DeleteBucketPolicy',
  acl: 'PutBucketAcl',
  ownership: 'DeleteBucketOwnershipControls',
  publicAccessBlock: 'DeletePublicAccessBlock',
  encryption: 'DeleteBucketEncryption',
  versioning: 'PutBucketVersioning',
  lifecycle: 'DeleteBucketLifecycle',
};

export function nameOf(target: Target): string {
  return target.kind === 'account' ? `the account ${target.accountId}` : target.bucket;
}

/** Whether two values mean the same to the store: it may answer in another order or with other blanks. */
export function isSame(one: SettingValue, other: SettingValue): boolean {
  return comparable(one) === comparable(other);
}

function comparable(value: SettingValue): string {
  if (typeof value === 'string') return asJson(value) ?? value;
  if (value === null) return 'null';
  if ('Grants' in value) {
    const grants = (value.Grants ?? []).map(
      ({ Grantee, Permission }) => `${Grantee?.ID ?? Grantee?.URI} ${Permission}`,
    );
    return JSON.stringify(grants.toSorted());
  }
  return canonicalJson(JSON.parse(JSON.stringify(value)));
}

/** A policy, whatever its layout; `null`: it is no JSON. */
function asJson(text: string): string | null {
  try {
    return canonicalJson(JSON.parse(text));
  } catch {
    return null;
  }
}
