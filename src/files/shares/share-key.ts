/** The key of a share: random, and sealed for each who may open it. */
import { createSecretKey, type KeyObject, randomBytes } from 'node:crypto';
import { seal, unseal } from '../../base/crypto/sealed-box.ts';
import type { GenerationKeys } from '../keys/drive-keys.ts';
import type { Holder } from './share-rows.ts';

const KEY_BYTES = 32;

export interface NewShareKey {
  readonly key: KeyObject;
  /** For one who holds the share, under a key of theirs. Opens for this share and this holder alone. */
  wrapFor(holder: Holder, holderKey: KeyObject): string;
  /** For the drive's members. */
  underDrive(driveId: string, generation: GenerationKeys): string;
}

export function newShareKey(shareId: string): NewShareKey {
  const bytes = randomBytes(KEY_BYTES);
  return {
    key: createSecretKey(bytes),
    wrapFor: (holder, holderKey) => seal(holderKey, holderContext(shareId, holder), bytes),
    underDrive: (driveId, { recordsKey }) => seal(recordsKey, driveContext(shareId, driveId), bytes),
  };
}

/** `null` for what was not wrapped for this holder of this share. */
export function unwrapShareKey(shareId: string, holder: Holder, holderKey: KeyObject, wrap: string): KeyObject | null {
  const bytes = unseal(holderKey, holderContext(shareId, holder), wrap);
  return bytes?.length === KEY_BYTES ? createSecretKey(bytes) : null;
}

const holderContext = (shareId: string, { kind, id }: Holder): string[] => [
  'holdfast/v1/share-key',
  shareId,
  'holder',
  kind,
  id,
];

const driveContext = (shareId: string, driveId: string): string[] => [
  'holdfast/v1/share-key',
  shareId,
  'drive',
  driveId,
];
