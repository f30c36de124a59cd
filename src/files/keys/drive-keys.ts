import { createSecretKey, hkdfSync, type KeyObject } from 'node:crypto';
import { parseIdentityFile, type KeyIdentity, type KeyRecipient } from '../../age/index.ts';
import { timestamp } from '../../base/clock.ts';
import { hmacSha256 } from '../../base/crypto/hmac.ts';
import { fileErrors } from '../errors.ts';
import { comparedName } from '../entries/names.ts';
import { seal, unseal } from '../../base/crypto/sealed-box.ts';

/**
 * The keys of a drive. A keyring is an age identity file with one identity per generation, the newest writes; each
 * identity opens that generation's objects by itself, and two keys for the records are derived from its seed.
 */
export interface DriveKeys {
  readonly driveId: string;
  readonly newest: GenerationKeys;
  /** Throws `drive_damaged` for a generation that the keyring does not hold. */
  generation(number: number): GenerationKeys;
}

export interface GenerationKeys {
  /** Counts from 1. */
  readonly number: number;
  readonly recipient: KeyRecipient;
  /** Seals names and the private parts of versions. */
  readonly recordsKey: KeyObject;
  /** Hashes names, so that they are unique and found without being readable. */
  readonly lookupKey: KeyObject;
}

/** The part of {@link DriveKeys} that opens what is sealed in records. */
export interface RecordsKeys {
  generation(number: number): Pick<GenerationKeys, 'recordsKey'>;
}

export function driveKeys(driveId: string, identities: readonly KeyIdentity[]): DriveKeys {
  const generations = identities.map((identity, index) => deriveGeneration(driveId, index + 1, identity));
  const newest = generations.at(-1);
  if (!newest) throw fileErrors('drive_damaged', { detail: 'the keyring is empty' });
  return {
    driveId,
    newest,
    generation: (number) => {
      const generation = generations[number - 1];
      if (!generation) throw fileErrors('drive_damaged', { detail: `the keyring lacks generation ${number}` });
      return generation;
    },
  };
}

export function deriveGeneration(driveId: string, number: number, identity: KeyIdentity): GenerationKeys {
  const derive = (purpose: string): KeyObject =>
    createSecretKey(Buffer.from(hkdfSync('sha256', identity.seed, driveId, `holdfast/v1/${purpose}`, 32)));
  return { number, recipient: identity.recipient, recordsKey: derive('records'), lookupKey: derive('lookup') };
}

export type KeyringGeneration = { readonly identity: KeyIdentity; readonly createdMs: number };

/** The keyring's text: what lies encrypted in the stores, and what an export hands out. */
export function formatKeyring(driveId: string, generations: readonly KeyringGeneration[]): string {
  const lines = [
    `# Holdfast keyring of drive ${driveId}`,
    '# Whoever has this file can open every file of the drive: age -d -i THIS_FILE OBJECT.age',
  ];
  for (const [index, { identity, createdMs }] of generations.entries()) {
    lines.push(`# generation ${index + 1} ${identity.suite} ${timestamp(createdMs)}`, identity.toString());
  }
  return `${lines.join('\n')}\n`;
}

/** The identities of a keyring in order of their generations. */
export function parseKeyring(text: string): KeyIdentity[] {
  return parseIdentityFile(text);
}

/** Equal for equal names of one folder, and tells nothing to whoever lacks the key. */
export function nameHash(generation: GenerationKeys, folderId: string, name: string): string {
  const text = Buffer.from(`${folderId}|${comparedName(name)}`);
  return hmacSha256(generation.lookupKey.export(), text).toString('base64url');
}

export type NamedPlace = {
  readonly driveId: string;
  readonly folderId: string;
  readonly entryId: string;
  readonly kind: 'file' | 'folder';
};

/** Names are filled up to a multiple of this, so that a sealed name does not show how long it is. */
const NAME_BLOCK_BYTES = 32;

export function sealName(generation: GenerationKeys, place: NamedPlace, name: string): string {
  const bytes = Buffer.from(name);
  // NUL never stands in a name, so it can mark the filling.
  const padded = Buffer.alloc(Math.max(1, Math.ceil(bytes.length / NAME_BLOCK_BYTES)) * NAME_BLOCK_BYTES);
  bytes.copy(padded);
  return seal(generation.recordsKey, nameContext(place), padded);
}

/** Throws `drive_damaged` when the name was not given to this entry in this folder. */
export function openName(keys: RecordsKeys, place: NamedPlace, generation: number, sealed: string): string {
  const padded = unseal(keys.generation(generation).recordsKey, nameContext(place), sealed);
  if (!padded) throw fileErrors('drive_damaged', { attempted: `Open the name of entry ${place.entryId}` });
  const end = padded.indexOf(0);
  return padded.toString('utf8', 0, end === -1 ? padded.length : end);
}

function nameContext(place: NamedPlace): string[] {
  return ['holdfast/v1/name', place.driveId, place.folderId, place.entryId, place.kind];
}
