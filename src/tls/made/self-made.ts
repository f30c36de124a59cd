/** A certificate that nobody vouches for, for a server without a domain: whoever connects compares its fingerprint. */
import { join } from 'node:path';
import type { Clock } from '../../base/clock.ts';
import type { CertificateSource } from '../certificate-source.ts';
import { plainName } from './addresses.ts';
import { type KeptPair, keptPairFile, readKeptPair, writeKeptPair, writePrivately } from './kept-pair.ts';
import { newKey, privatePem, selfSigned } from './x509.ts';

export interface SelfMadeOptions {
  /** Where it is kept, so that the fingerprint stays over starts. */
  readonly folder: string;
  /** Names and addresses that people use; when one is added, a new certificate is made. */
  readonly names: readonly string[];
  readonly clock: Clock;
}

const DAY_MS = 86_400_000;
/** Apple's systems take no longer ones, even where a person trusts them by hand. */
const LASTS_MS = 820 * DAY_MS;
/** A start so close to the end makes a new one; doctor tells of it before. */
const RENEW_MS = 30 * DAY_MS;
/** For clocks that are behind. */
const BEFORE_MS = DAY_MS;

/** Throws `tls_unwritable`. */
export async function openSelfMade({ folder, names, clock }: SelfMadeOptions): Promise<CertificateSource> {
  const { pair, facts } = await keptOrNew(folder, names, clock());
  return {
    kind: 'self-made',
    current: pair,
    facts,
    trouble: null,
    onChange: () => ({ [Symbol.dispose]() {} }),
    challenges: null,
    async [Symbol.asyncDispose]() {},
  };
}

/** The certificate alone, to be given to programs that are to trust it. */
export function selfMadeFile(folder: string): string {
  return join(folder, 'self-made.crt');
}

async function keptOrNew(folder: string, names: readonly string[], nowMs: number): Promise<KeptPair> {
  const file = keptPairFile(folder, 'self-made');
  const kept = await readKeptPair(file);
  const wanted = names.map(plainName);
  if (kept && kept.facts.untilMs - nowMs > RENEW_MS) {
    const has = new Set(kept.facts.names.map(plainName));
    if (wanted.every((name) => has.has(name))) return kept;
  }
  const key = await newKey();
  const text = { key, names: wanted, commonName: 'Holdfast', fromMs: nowMs - BEFORE_MS, untilMs: nowMs + LASTS_MS };
  await writeKeptPair(file, { key: Buffer.from(privatePem(key)), cert: Buffer.from(selfSigned(text)) });
  const made = await readKeptPair(file);
  if (!made) throw new TypeError('A certificate was made that cannot be read');
  await writePrivately(selfMadeFile(folder), made.pair.cert, 0o644);
  return made;
}
