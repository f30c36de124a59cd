import { HoldfastError } from '../../../base/errors.ts';
import { storageErrors } from '../../errors.ts';

// Primary result codes, https://sqlite.org/rescode.html
const CODES = {
  3: 'records_denied', // PERM
  5: 'records_unavailable', // BUSY
  6: 'records_unavailable', // LOCKED
  8: 'records_denied', // READONLY
  10: 'records_unavailable', // IOERR
  11: 'records_damaged', // CORRUPT
  13: 'records_full', // FULL
  14: 'records_denied', // CANTOPEN
  15: 'records_unavailable', // PROTOCOL
  22: 'records_unavailable', // NOLFS
  26: 'records_damaged', // NOTADB
} as const;

/** The primary SQLite result code of an error, or undefined when it is none of SQLite's. */
export function sqliteCode(error: unknown): number | undefined {
  return error instanceof Error && 'errcode' in error && typeof error.errcode === 'number'
    ? error.errcode & 0xff
    : undefined;
}

/** Gives an error of SQLite a code of ours; anything else passes as it is. */
export function recordsError(error: unknown, attempted: string): unknown {
  if (error instanceof HoldfastError) return error;
  const code = sqliteCode(error);
  if (code === undefined) return error;
  const ours = CODES[code as keyof typeof CODES] ?? 'records_unavailable';
  return storageErrors(ours, { attempted, detail: error instanceof Error ? error.message : 'SQLite', cause: error });
}

export function withRecordsErrors<Result>(attempted: string, step: () => Result): Result {
  try {
    return step();
  } catch (error) {
    throw recordsError(error, attempted);
  }
}
