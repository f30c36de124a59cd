import { HoldfastError } from '../../../../base/errors.ts';
import { networkErrors } from '../../../errors.ts';

// Primary result codes, https://sqlite.org/rescode.html
const FULL = 13;
const DAMAGED: ReadonlySet<number> = new Set([11, 26]);
const NO_ROOM: ReadonlySet<unknown> = new Set(['ENOSPC', 'EDQUOT']);

/** Gives an error of SQLite or of the file system a code of ours; anything else passes as it is. */
export function flowsError(error: unknown, attempted: string): unknown {
  if (error instanceof HoldfastError || !(error instanceof Error)) return error;
  const detail = error.message;
  if ('errcode' in error && typeof error.errcode === 'number') {
    const code = error.errcode & 0xff;
    const ours = code === FULL ? 'flows_disk_full' : DAMAGED.has(code) ? 'flows_damaged' : 'flows_unavailable';
    return networkErrors(ours, { attempted, detail, cause: error });
  }
  if (error instanceof RangeError || error instanceof SyntaxError) {
    return networkErrors('flows_damaged', { attempted, detail, cause: error });
  }
  if ('code' in error && 'syscall' in error) {
    const ours = NO_ROOM.has(error.code) ? 'flows_disk_full' : 'flows_unavailable';
    return networkErrors(ours, { attempted, detail: String(error.code), cause: error });
  }
  return error;
}

export function withFlowsErrors<Result>(attempted: string, step: () => Result): Result {
  try {
    return step();
  } catch (error) {
    throw flowsError(error, attempted);
  }
}
