import { HoldfastError } from '../../../base/errors.ts';
import { storageErrors } from '../../errors.ts';

/** The `code` of a system error (`ENOENT`), or undefined for anything else. */
export function systemCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/** True for "nothing lies at this path": the name is missing, or one of its folders is a file. */
export function isAbsent(error: unknown): boolean {
  const code = systemCode(error);
  return code === 'ENOENT' || code === 'ENOTDIR';
}

/**
 * Runs a step on the file system and gives what fails a code of ours; errors without a system code, and those that
 * `isForeign` (they came out of the body that was to be stored), pass as they are.
 */
export async function withStoreErrors<Result>(
  attempted: string,
  step: () => Promise<Result>,
  isForeign: (error: unknown) => boolean = () => false,
): Promise<Result> {
  try {
    return await step();
  } catch (error) {
    throw isForeign(error) ? error : storeError(error, attempted);
  }
}

/** For {@link withStoreErrors}: what the caller gave as the reason of its abort comes out as it is, too. */
export function isReasonOf(signal: AbortSignal | undefined): (error: unknown) => boolean {
  return (error) => signal?.aborted === true && error === signal.reason;
}

export function storeError(error: unknown, attempted: string): unknown {
  if (error instanceof HoldfastError) return error;
  const code = systemCode(error);
  // Node's own argument errors (ERR_…) are mistakes of this program, not of the disk.
  if (code === undefined || !/^E[A-Z0-9]+$/.test(code)) return error;
  switch (code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return storageErrors('store_full', { attempted, cause: error });
    case 'EFBIG':
      return storageErrors('object_too_large', {
        attempted,
        detail: 'the file system takes no larger file',
        cause: error,
      });
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return storageErrors('store_denied', { attempted, detail: code, cause: error });
    default:
      return storageErrors('store_unavailable', { attempted, detail: code, cause: error });
  }
}
