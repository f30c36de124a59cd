/** Where second copies go: into a bucket of the stack, into one in another Region that is made for it, or into one of one's own. */
import { commandErrors } from '../../base/commands/errors.ts';
import type { StackState } from '../../stacks/index.ts';
import { deployErrors } from '../errors.ts';

export interface SecondCopies {
  /** What was asked for, by parameter. */
  readonly given: Readonly<Record<string, string>>;
  /** `null`: there is no workspace yet. */
  readonly deployed: StackState | null;
  /** Of the workspace. */
  readonly region: string;
  /** The bucket that the stack for it in that Region made; `null`: there is none. */
  readonly madeIn: (region: string) => Promise<string | null>;
}

/**
 * The Region where a bucket is made, or was made before, by a stack of its own; `null`: none is. Where the copies of a workspace lie
 * is not changed by deploying it: the server would find none of them. Throws `usage_invalid`, `deploy_copies_elsewhere`.
 */
export async function regionOfCopies({ given, deployed, region, madeIn }: SecondCopies): Promise<string | null> {
  const { BackupBucket: bucket, BackupRegion: wanted } = given;
  const before = deployed?.parameters;
  if (bucket === undefined && wanted === region) {
    throw commandErrors('usage_invalid', { detail: `--backup-region is another one than ${region}; leave it out` });
  }
  if (before !== undefined) {
    const isElsewhere =
      (bucket !== undefined && bucket !== (before['BackupBucket'] ?? '')) ||
      (wanted !== undefined && wanted !== (before['BackupRegion'] ?? ''));
    if (isElsewhere) throw deployErrors('deploy_copies_elsewhere', { attempted: 'Change where second copies lie' });
  }
  const found = wanted ?? before?.['BackupRegion'] ?? '';
  if (bucket !== undefined || found === '') return null;
  // Without a workspace it is made; with one, its copies may be in a bucket of one's own in that Region.
  return before === undefined || (await madeIn(found)) === before['BackupBucket'] ? found : null;
}
