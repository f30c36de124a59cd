import { HoldfastError } from './errors.ts';

/** The stable code of an error of ours; `internal_error` for any other. */
export function codeOf(error: unknown): string {
  return error instanceof HoldfastError ? error.code : 'internal_error';
}

/**
 * What a log may know of an error: its kind and where it was thrown. A foreign message may quote what it choked on (a
 * name, a line of a key file), so only our own messages and those of programming mistakes are kept.
 */
export function errorFacts(error: unknown): Record<string, unknown> {
  if (error === undefined || error === null) return {};
  if (!(error instanceof Error)) return { thrown: typeof error };
  const code = (error as { code?: unknown }).code;
  const mistake = (error instanceof TypeError || error instanceof ReferenceError) && code === undefined;
  const stack = (error.stack ?? '').split('\n').filter((line) => line.startsWith('    at '));
  return {
    errorName: error.name,
    ...(typeof code === 'string' ? { errorCode: code } : {}),
    ...(mistake || error instanceof HoldfastError ? { errorMessage: error.message.slice(0, 300) } : {}),
    ...(error.cause instanceof Error ? { cause: errorFacts(error.cause) } : {}),
    at: stack.slice(0, 12).map((line) => line.trim()),
  };
}
