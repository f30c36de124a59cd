/**
 * The ring wrapped by a key in AWS KMS. What is wrapped lies in the records, where every server of the workspace finds it; it opens for whoever may
 * ask that key, and only as the ring of this workspace (the encryption context). It is unwrapped once at a start.
 */
import type { RecordOperation, RecordStore } from '../../../storage/index.ts';
import { accountErrors } from '../../errors.ts';
import { keys } from '../../records.ts';
import type { RingPlace } from '../ring-place.ts';
import { type KmsClient, kmsClient, type KmsPlace } from './kms-client.ts';

export type WrappedRingRow = {
  /** ARN of the key that wrapped it, for people. */
  readonly keyArn: string;
  /** Base64. */
  readonly wrapped: string;
};

const KEY_BYTES = 32;
/** KMS encrypts up to 4096 bytes by itself. */
const MOST_GENERATIONS = 128;

export interface RingInKmsOptions extends KmsPlace {
  readonly records: RecordStore;
  readonly timeoutMs: number;
  /** What tests put in the place of KMS. */
  readonly client?: KmsClient;
}

export function ringInKms(options: RingInKmsOptions): RingPlace {
  const { records, keyId, timeoutMs, client = kmsClient(options, timeoutMs) } = options;
  const { pk, sk } = keys.wrappedWorkspaceKey;
  const put = async (ring: readonly Buffer[], workspaceId: string): Promise<RecordOperation> => {
    if (ring.length > MOST_GENERATIONS) {
      const detail = `KMS wraps at most ${MOST_GENERATIONS} generations`;
      throw accountErrors('workspace_key_unwritable', { attempted: `Wrap the workspace key with ${keyId}`, detail });
    }
    const { keyArn, wrapped } = await client.wrap(Buffer.concat(ring), contextOf(workspaceId));
    const value: WrappedRingRow = { keyArn, wrapped: Buffer.from(wrapped).toString('base64') };
    return { op: 'put', pk, sk, value };
  };
  return {
    kind: 'kms',
    shown: `in AWS KMS (${keyId})`,
    async read(workspaceId) {
      const row = workspaceId === null ? null : await records.get<WrappedRingRow>(pk, sk);
      if (!row || workspaceId === null) return null;
      const { wrapped, keyArn } = row.value;
      const bytes = await client
        .unwrap(Buffer.from(wrapped, 'base64'), contextOf(workspaceId))
        .catch((error: unknown) => {
          throw isOtherKey(keyId, keyArn) ? otherKey(keyId, keyArn, error) : error;
        });
      return parted(bytes, keyId);
    },
    async begin(ring, workspaceId) {
      return { ring, operations: [await put(ring, workspaceId)] };
    },
    async replace(ring, workspaceId) {
      await records.transact([await put(ring, workspaceId)]);
    },
  };
}

/** Takes what is wrapped out of the records: the ring lies elsewhere by now. */
export const forgetWrappedRing = (): RecordOperation => ({ op: 'delete', ...keys.wrappedWorkspaceKey });

/** Of ARNs of keys alone it can be told; an alias leads to one or another. */
function isOtherKey(keyId: string, keyArn: string): boolean {
  return keyId.includes(':key/') && keyId !== keyArn;
}

function otherKey(keyId: string, keyArn: string, cause: unknown): Error {
  return accountErrors('workspace_key_mismatch', {
    attempted: `Unwrap the workspace key with ${keyId}`,
    detail: `it was wrapped by ${keyArn}`,
    remedy: `Set HOLDFAST_WORKSPACE_KEY=kms:${keyArn}, or start with the records that belong to the other key.`,
    cause,
  });
}

function contextOf(workspaceId: string): Readonly<Record<string, string>> {
  return { 'holdfast:workspace': workspaceId };
}

function parted(bytes: Buffer, keyId: string): Buffer[] {
  const count = bytes.length / KEY_BYTES;
  if (!Number.isInteger(count) || count === 0) {
    const attempted = `Unwrap the workspace key with ${keyId}`;
    throw accountErrors('workspace_key_unreadable', { attempted, detail: 'what was wrapped is no ring' });
  }
  return Array.from({ length: count }, (_, index) => bytes.subarray(index * KEY_BYTES, (index + 1) * KEY_BYTES));
}
