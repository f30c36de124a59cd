/** What the server itself must read again later is sealed under the workspace key, so that the database tells nothing. */
import { createSecretKey, type KeyObject } from 'node:crypto';
import { hmacSha256 } from '../base/crypto/hmac.ts';
import { seal, unseal } from '../base/crypto/sealed-box.ts';
import type { JsonObject } from '../storage/index.ts';

/** What of the workspace key notices need. */
export interface VaultKey {
  readonly generation: number;
  derive(purpose: string, generation?: number): Buffer;
}

export interface Vault {
  /** `context` says what it is and where it belongs; it opens there alone. */
  seal(context: readonly string[], content: JsonObject): string;
  /** `null` for what no server of this workspace sealed for this place. */
  open<Content extends JsonObject>(context: readonly string[], sealed: unknown): Content | null;
  /** Tells equal texts from others, and nothing about them. */
  hash(...texts: readonly string[]): string;
}

const SEALED = /^([1-9][0-9]{0,5})\.([A-Za-z0-9_-]+)$/;

export function openVault(workspaceKey: VaultKey): Vault {
  const known = new Map<number, KeyObject>();
  const keyOf = (generation: number): KeyObject => {
    const key = known.get(generation) ?? createSecretKey(workspaceKey.derive('notices', generation));
    known.set(generation, key);
    return key;
  };
  // Of the first generation for good: a repeat must find what was folded before a rotation.
  const hashKey = workspaceKey.derive('notices-fold', 1);
  return {
    seal(context, content) {
      const { generation } = workspaceKey;
      return `${generation}.${seal(keyOf(generation), ['holdfast/v1/notices', ...context], Buffer.from(JSON.stringify(content)))}`;
    },
    open<Content extends JsonObject>(context: readonly string[], sealed: unknown): Content | null {
      const match = typeof sealed === 'string' ? SEALED.exec(sealed) : null;
      if (!match?.[2]) return null;
      const plain = unseal(keyOf(Number(match[1])), ['holdfast/v1/notices', ...context], match[2]);
      return plain && (JSON.parse(plain.toString()) as Content);
    },
    hash: (...texts) => hmacSha256(hashKey, Buffer.from(JSON.stringify(texts))).toString('base64url'),
  };
}
