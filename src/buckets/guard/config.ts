/** How the guard of an account is set up. */
import type { GuardPlace } from './event.ts';

/**
 * `report` changes nothing. `harmless` changes what takes access from nobody but strangers who came in after the guard had
 * seen the bucket closed. `full` changes everything that can be mended.
 */
export const guardModes = ['report', 'harmless', 'full'] as const;
export type GuardMode = (typeof guardModes)[number];

export interface GuardConfig extends GuardPlace {
  /** Name of its stack. */
  readonly stack: string;
  readonly mode: GuardMode;
  /** How long after an event a bucket is mended; for what is told. */
  readonly graceMinutes: number;
  /** Name of the tag by which a bucket is left as it is. */
  readonly exceptionTag: string;
  /** ARN of the key that new buckets encrypt under; `null`: one of S3's own. */
  readonly kmsKeyArn: string | null;
  /** The account's own Block Public Access is kept on. */
  readonly blocksAccount: boolean;
  /** ARN of the role that changes things: its calls are the guard's own. `null`: there is none. */
  readonly fixRole: string | null;
  /** ARN of the queue whose messages come after the grace time. */
  readonly graceQueue: string;
  /** The bucket by which the guard finds out whether it hears; `null`: there is none. */
  readonly canaryBucket: string | null;
}
