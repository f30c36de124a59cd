import type { StoreName } from './heads.ts';

/** One thing that is not as it was written. */
export interface Problem {
  readonly code: ProblemCode;
  /** What, where, in a sentence. */
  readonly what: string;
  /** The batch it was found at. */
  readonly sequence: number | null;
  readonly eventId: string | null;
  readonly store: StoreName | null;
}

export type ProblemCode =
  /** Batches that must have been there are not. */
  | 'batch_missing'
  /** The signature does not fit: something in the batch was changed. */
  | 'batch_altered'
  /** A batch lies under the number of another. */
  | 'batch_misplaced'
  /** A batch was signed here, but does not follow the one before it. */
  | 'chain_broken'
  /** Signed with another key than the one whose turn it is. */
  | 'key_unexpected'
  /** The end is missing: a signed head, or the head row, knows of later batches. */
  | 'tail_missing'
  /** A store holds the signed head of another chain: older records were put back and written on. */
  | 'fork'
  /** A head in a store was not signed here. */
  | 'head_forged'
  /** The head row names another batch than the chain ends with. */
  | 'head_differs'
  /** A linked event is missing in the history of what it was done to, or reads otherwise there. */
  | 'history_missing'
  | 'history_altered'
  /** A store could not be read, or holds no head: nothing outside of the records vouches for the end of the chain. */
  | 'store_unreadable'
  | 'head_missing';

export interface VerifyReport {
  /** `unproven`: nothing wrong was found, but not everything could be looked at. */
  readonly verdict: 'intact' | 'broken' | 'unproven';
  readonly batches: number;
  readonly events: number;
  readonly firstTime: string | null;
  readonly lastTime: string | null;
  /** Where the chain ends: note it down, and a later cut before it shows even when both stores are lost. */
  readonly head: { readonly sequence: number; readonly hash: string } | null;
  /** Raw Ed25519 keys, base64url; each but the first is vouched for by the one before. */
  readonly publicKeys: readonly { readonly generation: number; readonly publicKey: string }[];
  readonly stores: readonly {
    readonly name: StoreName;
    readonly heads: number;
    readonly newest: { readonly sequence: number; readonly time: string } | null;
  }[];
  /** At most {@link MAX_PROBLEMS} of them; `problemCount` counts all. */
  readonly problems: readonly Problem[];
  readonly problemCount: number;
}

export const MAX_PROBLEMS = 100;

/** Not found wrong, but not to be looked at either. */
export const CANNOT_TELL: ReadonlySet<ProblemCode> = new Set(['store_unreadable', 'head_missing']);

/** A batch that is what was signed, wherever it stands. */
export interface GenuineBatch {
  readonly sequence: number;
  readonly hash: string;
  readonly at: { readonly sequence: number };
}

/** How the parts of a verification tell what they found. */
export type Report = (code: ProblemCode, what: string, at?: Partial<Problem>) => void;
