import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { open, readFile, unlink } from 'node:fs/promises';
import { hasCode } from '../../base/errors.ts';
import type { RecordItem, RecordOperation, RecordStore } from '../../storage/index.ts';
import { accountErrors } from '../errors.ts';
import { keys } from '../records.ts';
import type { WorkspaceKey } from '../keys/workspace-key.ts';

/**
 * The code itself is nowhere in the records: whoever has the workspace key makes it from the nonce, and so every server
 * of the workspace the same one.
 */
type SetupCodeRow = { readonly nonce: string; readonly generation: number };

/** Crockford's base 32: no I, L, O, U, so that a code read from a screen is typed right. */
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
const CODE = /^[0-9a-hjkmnp-tv-z]{26}$/;

/** 128 bits as 26 letters and digits in groups: `4xq2p-…`. `null` for a row that no server of ours wrote. */
function codeOf({ nonce, generation }: SetupCodeRow, workspaceKey: WorkspaceKey): string | null {
  if (typeof nonce !== 'string' || !(generation >= 1 && generation <= workspaceKey.generation)) return null;
  const digest = createHmac('sha256', workspaceKey.derive('setup-code', generation)).update(nonce).digest('hex');
  let bits = BigInt(`0x${digest.slice(0, 32)}`);
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

function matches(given: string, row: SetupCodeRow, workspaceKey: WorkspaceKey): boolean {
  const code = codeOf(row, workspaceKey);
  const plain = plainCode(given);
  return code !== null && CODE.test(plain) && timingSafeEqual(Buffer.from(plain), Buffer.from(plainCode(code)));
}

export interface SetupCodeDeps {
  readonly records: RecordStore;
  readonly workspaceKey: WorkspaceKey;
  /** `data/setup-code`. */
  readonly file: string;
  /** No other server shows a code of the same records. */
  readonly isAlone: boolean;
}

/**
 * The code that makes the first account, the same at every start until it is used, and on every server of the
 * workspace; `null` once there is an account. One server alone makes a new one when its file is lost or altered.
 * Throws `setup_code_unwritable`.
 */
export async function prepareSetupCode(deps: SetupCodeDeps): Promise<string | null> {
  const { records, workspaceKey, file, isAlone } = deps;
  if (await records.get(keys.firstAccount.pk, keys.firstAccount.sk)) {
    await removeSetupCodeFile(file);
    return null;
  }
  const row = await records.get<SetupCodeRow>(keys.setupCode.pk, keys.setupCode.sk);
  const known = row && codeOf(row.value, workspaceKey);
  const kept = (await readFile(file, 'utf8').catch(() => '')).trim();
  if (row && matches(kept, row.value, workspaceKey)) return kept;
  if (known && !isAlone) {
    await keepSetupCode(known, file);
    return known;
  }
  return newSetupCode(deps, row);
}

async function newSetupCode(deps: SetupCodeDeps, before: RecordItem<SetupCodeRow> | null): Promise<string | null> {
  const { records, workspaceKey, file } = deps;
  const value: SetupCodeRow = { nonce: randomBytes(32).toString('base64url'), generation: workspaceKey.generation };
  const code = codeOf(value, workspaceKey) ?? '';
  await keepSetupCode(code, file);
  const condition = before ? { revision: before.revision } : 'absent';
  try {
    await records.transact([{ op: 'put', ...keys.setupCode, value, if: condition }]);
  } catch (error) {
    // Another server was faster: its code is the one.
    if (hasCode(error, 'record_conflict')) return prepareSetupCode(deps);
    throw error;
  }
  return code;
}

async function keepSetupCode(code: string, file: string): Promise<void> {
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
