import type { AccountDeps } from '../account-deps.ts';
import { accountErrors } from '../errors.ts';
import { keys, type OwnerRow } from '../records.ts';
import { toLatin } from './to-latin.ts';

const HANDLE = /^[a-z0-9][a-z0-9._-]{0,31}$/;
const MAX_LENGTH = 32;

/** Words that address more than one person or speak for the product: nobody may be called so. */
const RESERVED = new Set(['all', 'channel', 'everyone', 'here', 'holdfast', 'system']);

export function isHandle(text: string): boolean {
  return HANDLE.test(text);
}

/** Case-folded. Throws `handle_invalid`, or `handle_taken` for the reserved words. */
export function checkedHandle(handle: string): string {
  const text = handle.trim().toLowerCase();
  if (!isHandle(text)) throw accountErrors('handle_invalid', { attempted: 'Check the handle' });
  if (RESERVED.has(text)) {
    throw accountErrors('handle_taken', { attempted: 'Check the handle', detail: `"${text}" is reserved` });
  }
  return text;
}

/**
 * Whose handle a name is, whatever its case: also of an account that may not log in now. `reserved`: nobody's, and
 * nobody may have it; `null`: nobody's.
 */
export async function handleOwner(
  name: string,
  { records }: Pick<AccountDeps, 'records'>,
): Promise<{ readonly accountId: string; readonly handle: string } | 'reserved' | null> {
  const handle = name.normalize('NFKC').toLowerCase();
  if (RESERVED.has(handle)) return 'reserved';
  if (!HANDLE.test(handle)) return null;
  const { pk, sk } = keys.handle(handle);
  const owner = await records.get<OwnerRow>(pk, sk);
  return owner && { accountId: owner.value.accountId, handle };
}

/**
 * A free handle made from a person's name: "José Núñez" gives `jose.nunez`, and `jose.nunez-2` when that is taken.
 * Names without a letter that has a Latin spelling give `person`.
 */
export async function proposeHandle(name: string, isTaken: (handle: string) => Promise<boolean>): Promise<string> {
  const words = toLatin(name)
    .replace(/['’`]/g, '')
    .replace(/[^a-z0-9]+/g, '.')
    .replace(/^\.+|\.+$/g, '');
  const base = words.slice(0, MAX_LENGTH).replace(/\.+$/, '') || 'person';
  for (let number = 1; ; number++) {
    const suffix = number === 1 ? '' : `-${number}`;
    const handle = base.slice(0, MAX_LENGTH - suffix.length).replace(/\.+$/, '') + suffix;
    if (!RESERVED.has(handle) && !(await isTaken(handle))) return handle;
  }
}
