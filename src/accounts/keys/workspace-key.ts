import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import type { JsonObject } from '../../storage/index.ts';
import { accountErrors } from '../errors.ts';
import { canonicalJson } from '../canonical-json.ts';

/**
 * The workspace key ring: one random line per generation, the newest writes. It never lies in the database or in
 * clear in a bucket, so whoever holds only those can neither guess passwords offline nor write himself a role.
 */
export interface WorkspaceKey {
  /** The newest generation, which writes; generations count from 1. */
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
  /** Constant time. False for anything that {@link mac} did not make for just this kind and these fields. */
  verifyMac(kind: string, fields: JsonObject, mac: unknown): boolean;
  /** The key file's text; only to be written encrypted (to an admin's recipient). */
  ringText(): string;
}

const LINE = 'HOLDFAST-WORKSPACE-KEY-1-';
const KEY_BYTES = 32;

/** Makes the ring's functions over the keys of generations 1, 2, … */
export function workspaceKeyOf(keys: readonly Buffer[], workspaceId: string): WorkspaceKey {
  const generation = keys.length;
  const derive = (purpose: string, of = generation): Buffer => {
    const key = keys[of - 1];
    if (!key) {
      throw accountErrors('workspace_key_mismatch', { detail: `the ring does not hold generation ${of}` });
    }
    return Buffer.from(hkdfSync('sha256', key, '', `holdfast/v1/${purpose}`, KEY_BYTES));
  };
  const macKeys = keys.map((_, index) => derive('row-mac', index + 1));
  const tag = (kind: string, fields: JsonObject, macKey: Buffer): Buffer =>
    createHmac('sha256', macKey)
      .update(canonicalJson([kind, fields]))
      .digest();

  return {
    generation,
    workspaceId,
    derive,
    mac: (kind, fields) => {
      const macKey = macKeys[generation - 1];
      if (!macKey) throw accountErrors('workspace_key_missing');
      return `${generation}.${tag(kind, fields, macKey).toString('base64url')}`;
    },
    verifyMac: (kind, fields, mac) => {
      const match = typeof mac === 'string' ? /^([1-9][0-9]{0,5})\.([A-Za-z0-9_-]{43})$/.exec(mac) : null;
      const macKey = macKeys[Number(match?.[1]) - 1];
      if (!match?.[2] || !macKey) return false;
      return timingSafeEqual(tag(kind, fields, macKey), Buffer.from(match[2], 'base64url'));
    },
    ringText: () => formatRing(keys),
  };
}

/** The key file: comment lines, then one line per generation. */
export function formatRing(keys: readonly Buffer[]): string {
  return [
    '# Holdfast workspace key. Every server of this workspace needs this file; keep it out of backups of the database.',
    '# One line per generation, the last one writes. Anyone who has this file and the database can try passwords offline.',
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
