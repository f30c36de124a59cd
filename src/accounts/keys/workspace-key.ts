import { hkdfSync, timingSafeEqual } from 'node:crypto';
import type { JsonObject } from '../../storage/index.ts';
import { accountErrors } from '../errors.ts';
import { canonicalJson } from '../../base/formats/canonical-json.ts';
import { hmacSha256 } from '../../base/crypto/hmac.ts';
import { VerifiedMacs } from './verified-macs.ts';

/**
 * The workspace key ring: one random line per generation, the newest writes. It never lies in the database or in
 * clear in a bucket, so whoever holds only those can neither guess passwords offline nor write himself a role.
 */
export interface WorkspaceKey {
  /** The generation that writes; they count from 1. */
  readonly generation: number;
  /** Made with the workspace; names it in the stores. */
  readonly workspaceId: string;
  /**
   * 32 bytes: HKDF-SHA256(key of the generation, no salt, info `holdfast/v1/<purpose>`). Purposes are the fixed words
   * `password-pepper`, `row-mac`, `fingerprint`, `setup-code`, … Throws `workspace_key_mismatch` for a generation that
   * the ring does not hold.
   */
  derive(purpose: string, generation?: number): Buffer;
  /**
   * Authenticates a record's fields: `<generation>.<base64url HMAC-SHA256>` over the canonical JSON of kind and fields.
   * `kind` names the sort of row ("account", "member"), so that one row's MAC never fits another sort.
   */
  mac(kind: string, fields: JsonObject): string;
  /** Takes constant time for whatever is not genuine. False for anything that {@link mac} did not make for just this kind and these fields. */
  verifyMac(kind: string, fields: JsonObject, mac: unknown): boolean;
  /** The key file's text; only to be written encrypted (to an admin's recipient). */
  ringText(): string;
}

/**
 * The ring as the server holds it, which grows while it runs. It may hold one key more than are in force: that one
 * verifies and does not write, so that every server has it before the first one writes with it.
 */
export interface WorkspaceKeyRing extends WorkspaceKey {
  /** Each tells one key from others, and nothing about it; those that are not in force yet included. */
  readonly fingerprints: readonly string[];
  /** Takes in what the key file holds by now; `generation` is the one that writes. Throws `workspace_key_mismatch`. */
  adopt(keys: readonly Buffer[], generation: number): void;
}

const LINE = 'HOLDFAST-WORKSPACE-KEY-1-';
const KEY_BYTES = 32;

/** Makes the ring's functions over the keys of generations 1, 2, …, of which the last one writes unless told otherwise. */
export function workspaceKeyOf(
  keys: readonly Buffer[],
  workspaceId: string,
  writing: number = keys.length,
): WorkspaceKeyRing {
  let ring: readonly Buffer[] = [];
  let macKeys: readonly Buffer[] = [];
  let generation = 0;
  const derive = (purpose: string, of: number): Buffer => {
    const key = ring[of - 1];
    if (!key) {
      throw accountErrors('workspace_key_mismatch', { detail: `the ring does not hold generation ${of}` });
    }
    return hkdf(key, purpose);
  };
  const textOf = (kind: string, fields: JsonObject): Buffer => Buffer.from(canonicalJson([kind, fields]));
  // Stays right for ever: keys are added to the ring, and none is changed.
  const verified = new VerifiedMacs();
  const adopt = (next: readonly Buffer[], writes: number): void => {
    const prolongs = next.length >= ring.length && ring.every((key, index) => key.equals(next[index] ?? NO_KEY));
    if (!prolongs || writes < generation || writes > next.length) {
      throw accountErrors('workspace_key_mismatch', { detail: 'the key file does not go on from the ring in use' });
    }
    ring = [...next];
    generation = writes;
    macKeys = ring.map((_, index) => derive('row-mac', index + 1));
  };
  adopt(keys, writing);

  return {
    get generation() {
      return generation;
    },
    workspaceId,
    derive: (purpose, of = generation) => derive(purpose, of),
    mac: (kind, fields) => {
      const macKey = macKeys[generation - 1];
      if (!macKey) throw accountErrors('workspace_key_missing');
      return `${generation}.${hmacSha256(macKey, textOf(kind, fields)).toString('base64url')}`;
    },
    verifyMac: (kind, fields, mac) => {
      if (typeof mac !== 'string') return false;
      if (verified.has(kind, fields, mac)) return true;
      const match = /^([1-9][0-9]{0,5})\.([A-Za-z0-9_-]{43})$/.exec(mac);
      const of = Number(match?.[1]);
      const macKey = macKeys[of - 1];
      if (!match?.[2] || !macKey) return false;
      const text = textOf(kind, fields);
      const genuine = timingSafeEqual(hmacSha256(macKey, text), Buffer.from(match[2], 'base64url'));
      if (genuine) verified.add(kind, fields, mac, text.length);
      // Another server put the next generation in force: so does this one, from now on.
      if (genuine && of > generation) generation = of;
      return genuine;
    },
    ringText: () => formatRing(ring),
    get fingerprints() {
      return ring.map(fingerprintOf);
    },
    adopt,
  };
}

const NO_KEY = Buffer.alloc(0);

function hkdf(key: Buffer, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', key, '', `holdfast/v1/${purpose}`, KEY_BYTES));
}

export function fingerprintOf(key: Buffer): string {
  return hkdf(key, 'fingerprint').subarray(0, 16).toString('base64url');
}

/** The key file: comment lines, then one line per generation. */
export function formatRing(keys: readonly Buffer[]): string {
  return [
    '# Holdfast workspace key. Every server of this workspace needs this file; keep it out of backups of the database.',
    '# One line per generation, in order; never remove one. Anyone who has this file and the database can try passwords offline.',
    ...keys.map((key) => LINE + key.toString('base64url')),
    '',
  ].join('\n');
}

/** Reads a key file's text. Throws `workspace_key_unreadable`; the message never repeats what stood there. */
export function parseRing(text: string): Buffer[] {
  const keys: Buffer[] = [];
  for (const [index, raw] of text.split('\n').entries()) {
    const line = raw.trim();
    if (line === '' || line.startsWith('#')) continue;
    const encoded = line.startsWith(LINE) ? line.slice(LINE.length) : '';
    const key = Buffer.from(encoded, 'base64url');
    if (key.length !== KEY_BYTES || key.toString('base64url') !== encoded) {
      throw accountErrors('workspace_key_unreadable', { detail: `line ${index + 1} is not a workspace key` });
    }
    if (keys.some((other) => other.equals(key))) {
      throw accountErrors('workspace_key_unreadable', { detail: `line ${index + 1} repeats an earlier key` });
    }
    keys.push(key);
  }
  if (keys.length === 0) throw accountErrors('workspace_key_unreadable', { detail: 'it holds no key' });
  return keys;
}
