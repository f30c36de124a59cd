import type { PublicAccessBlock } from '../facts/bucket-facts.ts';

export const accessFlags = [
  'BlockPublicAcls',
  'IgnorePublicAcls',
  'BlockPublicPolicy',
  'RestrictPublicBuckets',
] as const satisfies readonly (keyof PublicAccessBlock)[];

/** The flags that are off. */
export function missingFlags(block: PublicAccessBlock | null): readonly (keyof PublicAccessBlock)[] {
  return accessFlags.filter((flag) => block?.[flag] !== true);
}
