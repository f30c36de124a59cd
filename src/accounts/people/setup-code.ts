import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { open, readFile, unlink } from 'node:fs/promises';
import type { RecordOperation, RecordStore } from '../../storage/index.ts';
import { accountErrors } from '../errors.ts';
import { keys } from '../records.ts';
import type { WorkspaceKey } from '../keys/workspace-key.ts';

type SetupCodeRow = { readonly hash: string };

/** Crockford's base 32: no I, L, O, U, so that a code read from a screen is typed right. */
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
const CODE = /^[0-9a-hjkmnp-tv-z]{26}$/;

/** 128 random bits as 26 letters and digits in groups: `4xq2p-…`. */
function newSetupCode(): string {
  let bits = BigInt(`0x${randomBytes(16).toString('hex')}`);
  let code = '';
  for (let digit = 0; digit < 26; digit++) {
    code = (ALPHABET[Number(bits & 31n)] ?? '') + code;
    bits >>= 5n;
  }
  return code.replace(/.{5}(?=.)/g, '$&-');
}

/** Undoes what people do to codes: upper case, other grouping, O for 0, I and L for 1. */
function plainCode(text: string): string {
  return text.toLowerCase().replace(/[\s-]/g, '').replace(/o/g, '0').replace(/[il]/g, '1');
}

/** Keyed, so that writing a hash of one's own into the database makes nobody an admin. */
function hashOf(code: string, workspaceKey: WorkspaceKey, generation?: number): string {
  const hash = createHmac('sha256', workspaceKey.derive('setup-code', generation)).update(plainCode(code));
  return `${generation ?? workspaceKey.generation}.${hash.digest('base64url')}`;
}

function matches(code: string, row: SetupCodeRow, workspaceKey: WorkspaceKey): boolean {
  const generation = Number(row.hash.split('.')[0]);
  if (!CODE.test(plainCode(code)) || !(generation >= 1 && generation <= workspaceKey.generation)) return false;
  const [given, expected] = [Buffer.from(hashOf(code, workspaceKey, generation)), Buffer.from(row.hash)];
  return given.length === expected.length && timingSafeEqual(given, expected);
}

export interface SetupCodeDeps {
  readonly records: RecordStore;
  readonly workspaceKey: WorkspaceKey;
  /** `data/setup-code`. */
  readonly file: string;
}

/**
 * The code that makes the first account, the same at every start until it is used; `null` once there is an account.
 * Throws `setup_code_unwritable`.
 */
export async function prepareSetupCode({ records, workspaceKey, file }: SetupCodeDeps): Promise<string | null> {
  if (await records.get(keys.firstAccount.pk, keys.firstAccount.sk)) {
    await removeSetupCodeFile(file);
    return null;
  }
  const row = await records.get<SetupCodeRow>(keys.setupCode.pk, keys.setupCode.sk);
  const kept = (await readFile(file, 'utf8').catch(() => '')).trim();
  if (row && matches(kept, row.value, workspaceKey)) return kept;

  const code = newSetupCode();
  try {
    await removeSetupCodeFile(file);
    const handle = await open(file, 'wx', 0o600);
    try {
      await handle.writeFile(`${code}\n`);
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch (cause) {
    throw accountErrors('setup_code_unwritable', { attempted: `Write ${file}`, cause });
  }
  const value: SetupCodeRow = { hash: hashOf(code, workspaceKey) };
  await records.transact([{ op: 'put', ...keys.setupCode, value }]);
  return code;
}

/**
 * Checks a code and gives the operation that consumes it, for the sign-up's transaction. Throws `setup_code_invalid`
 * for a wrong, missing or used one.
 */
export async function consumeSetupCode(
  code: string | undefined,
  { records, workspaceKey }: Pick<SetupCodeDeps, 'records' | 'workspaceKey'>,
): Promise<RecordOperation> {
  const row = await records.get<SetupCodeRow>(keys.setupCode.pk, keys.setupCode.sk);
  if (!row || code === undefined || !matches(code, row.value, workspaceKey)) {
    throw accountErrors('setup_code_invalid', { attempted: 'Make the first account' });
  }
  return { op: 'delete', ...keys.setupCode, if: { revision: row.revision } };
}

/** The file is worth nothing once the code is used; that it is still there is no reason to fail. */
export async function removeSetupCodeFile(file: string): Promise<void> {
  await unlink(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
  });
}
