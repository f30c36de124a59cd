/** What is kept of an authority beside the certificate: the key of the account, and when it was asked. */
import { createPrivateKey } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writePrivately } from '../made/kept-pair.ts';
import { newKey, privatePem } from '../made/x509.ts';
import { type AccountKey, accountKeyOf } from './acme-signing.ts';
import type { Attempt } from './renewal/timing.ts';

export interface AcmeState {
  /** Of which authority. */
  readonly directoryUrl: string;
  readonly attempts: readonly Attempt[];
}

/** More than may come in a week, so that limits by the week can be held. */
const MAX_ATTEMPTS = 64;

const accountFile = (folder: string): string => join(folder, 'acme-account.pem');
const stateFile = (folder: string): string => join(folder, 'acme-attempts.json');

/** The key that the account is known by; a new one, which makes a new account, when there is none that can be read. */
export async function openAccountKey(folder: string): Promise<AccountKey> {
  try {
    return accountKeyOf(createPrivateKey(await readFile(accountFile(folder))));
  } catch {
    const key = await newKey();
    await writePrivately(accountFile(folder), Buffer.from(privatePem(key)));
    return accountKeyOf(key);
  }
}

/** Attempts at another authority do not count. */
export async function readAttempts(folder: string, directoryUrl: string): Promise<readonly Attempt[]> {
  try {
    const kept = JSON.parse(await readFile(stateFile(folder), 'utf8')) as AcmeState;
    return kept.directoryUrl === directoryUrl ? kept.attempts.filter(isAttempt) : [];
  } catch {
    return [];
  }
}

/** Throws `tls_unwritable`. */
export async function keepAttempts(folder: string, { directoryUrl, attempts }: AcmeState): Promise<void> {
  const state: AcmeState = { directoryUrl, attempts: attempts.slice(-MAX_ATTEMPTS) };
  await writePrivately(stateFile(folder), Buffer.from(`${JSON.stringify(state)}\n`));
}

function isAttempt({ atMs, code }: Attempt): boolean {
  return typeof atMs === 'number' && (code === null || typeof code === 'string');
}
