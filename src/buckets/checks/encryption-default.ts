import type { Encryption } from '../facts/bucket-facts.ts';

export interface EncryptionDefault {
  /** `AES256`, `aws:kms`, `aws:kms:dsse`; `null`: none. */
  readonly algorithm: string | null;
  readonly keyId: string | null;
  readonly hasBucketKey: boolean;
  readonly blocked: readonly string[];
}

/** What holds for objects that are stored without saying anything. */
export function defaultOf(encryption: Encryption | null): EncryptionDefault {
  const rules = encryption?.Rules ?? [];
  const rule = rules.find(({ ApplyServerSideEncryptionByDefault: each }) => each?.SSEAlgorithm) ?? rules[0];
  const chosen = rule?.ApplyServerSideEncryptionByDefault;
  return {
    algorithm: chosen?.SSEAlgorithm ?? null,
    keyId: chosen?.KMSMasterKeyID ?? null,
    hasBucketKey: rule?.BucketKeyEnabled === true,
    blocked: rules.flatMap(({ BlockedEncryptionTypes }) => BlockedEncryptionTypes?.EncryptionType ?? []),
  };
}
