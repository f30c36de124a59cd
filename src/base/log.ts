/**
 * What the rest of the code needs of a logger (pino fits it). Fields are ids, counts, sizes and codes:
 * never names of files, tokens, keys, passwords, URLs with queries, or bodies.
 */
export interface Log {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
  debug(fields: object, message: string): void;
}

export const silentLog: Log = { info() {}, warn() {}, error() {}, debug() {} };
