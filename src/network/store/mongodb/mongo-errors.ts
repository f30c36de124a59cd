import { HoldfastError } from '../../../base/errors.ts';
import { networkErrors } from '../../errors.ts';

const REMEDY =
  'What was acknowledged is stored. An agent sends what was not again, and nothing is stored twice. Look whether the server that HOLDFAST_FLOWS names is there, and whether the user may read and write its database.';

/**
 * Throws `flows_unavailable` in place of what the driver throws. Nothing of its text goes on, since it may quote the URL with the secrets that
 * options of TLS and of logins hold.
 */
export async function withMongoErrors<Result>(
  attempted: string,
  step: () => Promise<Result>,
  remedy: string = REMEDY,
): Promise<Result> {
  try {
    return await step();
  } catch (error) {
    if (error instanceof HoldfastError || !isOfDriver(error)) throw error;
    throw networkErrors('flows_unavailable', { attempted, detail: reasonOf(error), remedy });
  }
}

/** A file of a certificate that is missing is told by Node itself. */
function isOfDriver(error: unknown): error is Error {
  return error instanceof Error && (error.name.startsWith('Mongo') || 'code' in error);
}

/** Words of the server or of the system for a kind of error: `AuthenticationFailed`, `ECONNREFUSED`. */
function reasonOf(error: Error): string {
  const words = new Set([error.name]);
  for (const each of causesOf(error)) {
    const { code, codeName } = each as { readonly code?: unknown; readonly codeName?: unknown };
    for (const word of [code, codeName]) if (typeof word === 'string' && /^\w{1,64}$/.test(word)) words.add(word);
  }
  return [...words].join(', ');
}

function causesOf(error: Error): readonly Error[] {
  const all: Error[] = [];
  const waiting: unknown[] = [error];
  while (waiting.length > 0 && all.length < 20) {
    const each = waiting.shift();
    if (!(each instanceof Error)) continue;
    all.push(each);
    waiting.push(each.cause, ...serversOf(each));
  }
  return all;
}

/** What each server of a cluster answered when none could be chosen. */
function serversOf(error: Error): readonly unknown[] {
  const { reason } = error as { reason?: { readonly servers?: ReadonlyMap<string, { readonly error?: unknown }> } };
  return reason?.servers instanceof Map
    ? [...reason.servers.values()].map((server: { error?: unknown }) => server.error)
    : [];
}
