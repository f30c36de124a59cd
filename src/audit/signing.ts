import { createPrivateKey, createPublicKey, hash, sign, verify, type KeyObject } from 'node:crypto';
import { canonicalJson, type Canonical } from '../base/formats/canonical-json.ts';
import type { JsonObject } from '../storage/index.ts';
import type { BatchRow, SignedHead } from './records.ts';

/** The part of the workspace key that the trail needs: it is derived from, and rows are told from forged ones by it. */
export interface TrailKey {
  /** The generation that writes; they count from 1. It grows while the server runs. */
  readonly generation: number;
  readonly workspaceId: string;
  /** 32 bytes for a fixed word. Throws for a generation that the ring does not hold. */
  derive(purpose: string, generation?: number): Buffer;
  mac(kind: string, fields: JsonObject): string;
  verifyMac(kind: string, fields: JsonObject, mac: unknown): boolean;
}

/** Raw Ed25519 public keys (32 bytes) by generation of the workspace key. */
export type PublicKeys = ReadonlyMap<number, Buffer>;

export interface Signer {
  /** The newest; grows when the ring does. */
  readonly generation: number;
  /** Of all generations up to the newest. */
  readonly publicKeys: PublicKeys;
  /** Raw; `undefined` for a generation that the ring does not hold. */
  publicKey(generation: number): Buffer | undefined;
  /** Base64url. Throws for a generation that the ring does not hold. */
  sign(unsigned: Canonical, generation: number): string;
  /** The same for what is canonical JSON already. */
  signText(canonical: string, generation: number): string;
}

// RFC 8410: what stands before the 32 bytes of an Ed25519 private (PKCS #8) and public (SPKI) key.
const PRIVATE_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex');
const PUBLIC_PREFIX = Buffer.from('302a300506032b6570032100', 'hex');

/** Signing keys of all generations, from the workspace key. */
export function signerOf(workspaceKey: Pick<TrailKey, 'generation' | 'derive'>): Signer {
  const known = new Map<number, { readonly privateKey: KeyObject; readonly publicKey: Buffer }>();
  const keysOf = (generation: number) => {
    const present = known.get(generation);
    if (present) return present;
    const der = Buffer.concat([PRIVATE_PREFIX, workspaceKey.derive('audit-signing', generation)]);
    const privateKey = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
    const spki = createPublicKey(privateKey).export({ format: 'der', type: 'spki' });
    const made = { privateKey, publicKey: spki.subarray(PUBLIC_PREFIX.length) };
    known.set(generation, made);
    return made;
  };
  const signText = (canonical: string, generation: number): string =>
    sign(null, Buffer.from(canonical), keysOf(generation).privateKey).toString('base64url');
  return {
    get generation() {
      return workspaceKey.generation;
    },
    get publicKeys() {
      const generations = Array.from({ length: workspaceKey.generation }, (_, index) => index + 1);
      return new Map(generations.map((generation) => [generation, keysOf(generation).publicKey]));
    },
    publicKey(generation) {
      // Whatever stands in a record that somebody changed.
      if (!Number.isSafeInteger(generation) || generation < 1) return undefined;
      try {
        return keysOf(generation).publicKey;
      } catch {
        return undefined;
      }
    },
    sign: (unsigned, generation) => signText(canonicalJson(unsigned), generation),
    signText,
  };
}

/** True when `signed.signature` was made with this key over all its other fields; false for whatever else lies there. */
export function isSignedBy(signed: BatchRow | SignedHead, publicKey: Buffer): boolean {
  const { signature, ...unsigned } = signed;
  try {
    const key = createPublicKey({ key: Buffer.concat([PUBLIC_PREFIX, publicKey]), format: 'der', type: 'spki' });
    return verify(null, Buffer.from(canonicalJson(unsigned)), key, Buffer.from(signature, 'base64url'));
  } catch {
    return false;
  }
}

/** SHA-256 over what is signed, hex: what the next batch and the heads name a batch by. */
export function batchHash({ signature: _, ...unsigned }: BatchRow): string {
  return hash('sha256', canonicalJson(unsigned), 'hex');
}

/** A batch with its signature, and what {@link batchHash} makes of it: both go over one text, which is long. */
export function signBatch(
  signer: Pick<Signer, 'signText'>,
  unsigned: Omit<BatchRow, 'signature'>,
): { readonly batch: BatchRow; readonly hash: string } {
  const text = canonicalJson(unsigned);
  const signature = signer.signText(text, unsigned.keyGeneration);
  return { batch: { ...unsigned, signature }, hash: hash('sha256', text, 'hex') };
}

/** The event that ends a key's time; its facts name the next key. */
export const KEY_CHANGED = 'audit.key_changed';

/** Generation of the key that signs the batch after this one. */
export function signsNext(batch: BatchRow): number {
  return changedKey(batch)?.generation ?? batch.keyGeneration;
}

/** The key that a batch hands over to, if it does. */
export function changedKey(batch: BatchRow): { readonly generation: number; readonly publicKey: Buffer } | null {
  const [event] = batch.events;
  if (batch.events.length !== 1 || event?.act !== KEY_CHANGED || event.actorId !== null) return null;
  const { generation, publicKey } = event.facts;
  if (generation !== batch.keyGeneration + 1 || typeof publicKey !== 'string') return null;
  return { generation, publicKey: Buffer.from(publicKey, 'base64url') };
}
