/**
 * Whether a store does what it is told, found out on a bucket that is made for it and removed again: a setting that is
 * taken and then read as if nothing had been said protects nothing.
 */
import { hasCode } from '../../base/errors.ts';
import { newId } from '../../base/ids.ts';
import type { Abilities, AbilityWord } from '../facts/abilities.ts';
import type { BucketWriter } from './bucket-writer.ts';
import { fixableSettings, isSame, type FixableSetting, type SettingValue } from './change.ts';
import { allFlags } from './fixers.ts';

/** A store where buckets can be made and removed. */
export interface TrialStore extends BucketWriter {
  /** Throws `bucket_change_failed`. */
  createBucket(name: string): Promise<void>;
  removeBucket(name: string): Promise<void>;
}

/** What each setting is set to; none of it lets anybody in. */
function trialOf(setting: FixableSetting, bucket: string, before: SettingValue): SettingValue {
  switch (setting) {
    case 'policy': {
      const Resource = `arn:aws:s3:::${bucket}/*`;
      const Condition = { Bool: { 'aws:SecureTransport': 'false' } };
      const Statement = [{ Sid: 'Trial', Effect: 'Deny', Principal: '*', Action: 's3:GetObject', Resource, Condition }];
      return JSON.stringify({ Version: '2012-10-17', Statement });
    }
    case 'acl':
      return before;
    case 'ownership':
      return before === 'BucketOwnerEnforced' ? 'BucketOwnerPreferred' : 'BucketOwnerEnforced';
    case 'publicAccessBlock':
      return isSame(before, allFlags) ? { ...allFlags, BlockPublicAcls: false } : allFlags;
    case 'encryption': {
      const BlockedEncryptionTypes = { EncryptionType: [isBlocked(before) ? 'NONE' : 'SSE-C'] };
      const ApplyServerSideEncryptionByDefault = { SSEAlgorithm: 'AES256' };
      return { Rules: [{ ApplyServerSideEncryptionByDefault, BlockedEncryptionTypes }] };
    }
    case 'versioning':
      return { Status: 'Enabled' };
    case 'lifecycle': {
      const AbortIncompleteMultipartUpload = { DaysAfterInitiation: 9 };
      return { Rules: [{ ID: 'trial', Status: 'Enabled', Filter: { Prefix: '' }, AbortIncompleteMultipartUpload }] };
    }
  }
}

/** Throws `bucket_change_failed` when no bucket can be made. Leaves nothing behind. */
export async function probeWrites(store: TrialStore): Promise<Partial<Abilities>> {
  const bucket = `holdfast-trial-${newId()}`;
  await store.createBucket(bucket);
  try {
    const words: Partial<Record<FixableSetting, AbilityWord>> = {};
    // Writing an ACL that changes nothing shows nothing, and one that does would let somebody in.
    for (const setting of fixableSettings.filter((each) => each !== 'acl')) {
      words[setting] = await tryOne(store, bucket, setting);
    }
    return words;
  } finally {
    await store.removeBucket(bucket);
  }
}

async function tryOne(store: TrialStore, bucket: string, setting: FixableSetting): Promise<AbilityWord> {
  const target = { kind: 'bucket', bucket, region: null, setting } as const;
  try {
    const before = await store.read(target);
    await store.write(target, trialOf(setting, bucket, before));
    return isSame(await store.read(target), before) ? 'silently_ignored' : 'supported';
  } catch (error) {
    if (!hasCode(error, 'bucket_change_failed')) throw error;
    const said = error.detail ?? '';
    if (/^(NotImplemented|MethodNotAllowed)|, (501|405)$/.test(said)) return 'not_implemented';
    return /^AccessDenied|, 403$/.test(said) ? 'denied' : 'unknown';
  }
}

function isBlocked(value: SettingValue): boolean {
  return JSON.stringify(value).includes('SSE-C');
}
