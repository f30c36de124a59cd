import { createHash } from 'node:crypto';
import type { Probing } from '../auditing/probing.ts';
import type { BucketReader } from '../facts/bucket-reader.ts';
import type { PlaceKind } from './place-kinds.ts';

/** An account or a store whose buckets a server looks at, as whoever runs it has set it up. */
export interface BucketPlace {
  readonly placeId: string;
  readonly kind: PlaceKind;
  /** `null`: AWS. */
  readonly endpoint: string | null;
  /** ARN of the role that is assumed. */
  readonly role: string | null;
  /** The one bucket that is meant; `null`: every one. */
  readonly bucket: string | null;
  /** How strangers reach it. */
  readonly probing: Probing;
  openReader(): Promise<BucketReader>;
}

/** The same place has the same id, on whatever server and after every start. 16 hex digits. */
export function placeIdOf({ endpoint, role, bucket }: Pick<BucketPlace, 'endpoint' | 'role' | 'bucket'>): string {
  return createHash('sha256')
    .update(JSON.stringify([endpoint, role, bucket]))
    .digest('hex')
    .slice(0, 16);
}

/** The command that audits it, or mends a bucket of it, on somebody's own computer. */
export function optionsOf({ endpoint, role }: Pick<BucketPlace, 'endpoint' | 'role'>): string {
  return [...(endpoint === null ? [] : ['--endpoint', endpoint]), ...(role === null ? [] : ['--role', role])].join(' ');
}
