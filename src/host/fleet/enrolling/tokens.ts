/**
 * Tokens of enrolments and of hosts: the id of the row, then a secret of 256 bits whose hash lies in it. 256 random bits need
 * no slow hash. The secret of a host is derived, so that a lost answer can be given once more though it is kept nowhere.
 */
import { hash, randomBytes, timingSafeEqual } from 'node:crypto';
import { hmacSha256 } from '../../../base/crypto/hmac.ts';
import { isId } from '../../../base/ids.ts';
import type { FleetKey } from '../fleet-deps.ts';

export interface ParsedToken {
  /** Of the enrolment, or of the host. */
  readonly id: string;
  readonly secretHash: string;
}

const TOKEN = /^hf[eh]_([0-9a-f-]{32,36})\.([A-Za-z0-9_-]{43})$/;

/** `null` for anything else. */
export function parseToken(kind: 'hfe_' | 'hfh_', text: string): ParsedToken | null {
  const [, id = '', secret = ''] = text.startsWith(kind) ? (TOKEN.exec(text) ?? []) : [];
  const isOne = kind === 'hfe_' ? isId(id) : /^[0-9a-f]{32}$/.test(id);
  return isOne ? { id, secretHash: hashOf(secret) } : null;
}

export function newEnrolmentToken(enrolmentId: string): { readonly text: string; readonly secretHash: string } {
  return tokenOf('hfe_', enrolmentId, randomBytes(32));
}

/** What the secret of a host follows from, beside a key of the workspace. */
export interface TokenOrigin {
  readonly hostId: string;
  readonly enrolmentId: string;
  readonly enrolmentKeyHash: string;
  /** Of the workspace key. */
  readonly generation: number;
}

export function hostToken(
  workspaceKey: FleetKey,
  { hostId, enrolmentId, enrolmentKeyHash, generation }: TokenOrigin,
): { readonly text: string; readonly secretHash: string } {
  const key = workspaceKey.derive('host-tokens', generation);
  const parts = JSON.stringify(['holdfast/v1/host', hostId, enrolmentId, enrolmentKeyHash]);
  return tokenOf('hfh_', hostId, hmacSha256(key, Buffer.from(parts)));
}

export function hashOf(secret: string): string {
  return hash('sha256', secret, 'base64url');
}

/** In constant time. */
export function isSameHash(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}

function tokenOf(kind: 'hfe_' | 'hfh_', id: string, secret: Buffer) {
  const text = secret.toString('base64url');
  return { text: `${kind}${id}.${text}`, secretHash: hashOf(text) };
}
