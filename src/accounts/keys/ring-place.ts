import type { RecordOperation } from '../../storage/index.ts';

/** Where the ring of the workspace key lies: in a file, or wrapped by a key in AWS KMS. */
export interface RingPlace {
  readonly kind: 'file' | 'kms';
  /** For messages: the path, or the key that wraps it. */
  readonly shown: string;
  /**
   * `null`: none is there. `workspaceId`: of the records, `null` while there is no workspace.
   * Throws `workspace_key_unreadable` and, of KMS, `workspace_key_kms_*`.
   */
  read(workspaceId: string | null): Promise<Buffer[] | null>;
  /**
   * Puts the ring of a new workspace there, never over another one: answers the one that is there by then, and what has
   * to be written with the workspace. Throws as {@link read}.
   */
  begin(ring: readonly Buffer[], workspaceId: string): Promise<BegunRing>;
  /** Puts a longer ring in the place of the one that is there: whole or not at all. Throws `workspace_key_unwritable`. */
  replace(ring: readonly Buffer[], workspaceId: string): Promise<void>;
}

export interface BegunRing {
  readonly ring: readonly Buffer[];
  readonly operations: readonly RecordOperation[];
}
