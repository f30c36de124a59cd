/** Whether a key of KMS can be used: that of the stack, and the one under which new buckets encrypt. */
import type * as KeySdk from '@aws-sdk/client-kms';
import { broken, clientOptions, closing, works, type Asked, type Found } from './found.ts';

export async function keyHealth(KeyId: string, asked: Asked): Promise<Found> {
  const { default: sdk } = (await import('@aws-sdk/client-kms')) as unknown as { readonly default: typeof KeySdk };
  using client = closing(new sdk.KMSClient(clientOptions(asked)));
  const { KeyMetadata } = await client.send(new sdk.DescribeKeyCommand({ KeyId }));
  const { KeyState, KeySpec } = KeyMetadata ?? {};
  if (KeyState !== 'Enabled') return broken(`it is ${KeyState}; enable it, or cancel its deletion`);
  return KeySpec === undefined || KeySpec === 'SYMMETRIC_DEFAULT'
    ? works('it is enabled')
    : broken(`it is of the kind ${KeySpec}, and buckets encrypt under symmetric ones alone`);
}

/** Of the key that was given for new buckets. */
export async function givenKeyHealth(arn: string, asked: Asked): Promise<Found> {
  const give = `give another one: holdfast buckets deploy --stack ${asked.stack} --kms-key ARN --apply`;
  const region = arn.split(':')[3] ?? '';
  if (region !== asked.region) return broken(`it is of ${region}, and the buckets are of ${asked.region}; ${give}`);
  const found = await keyHealth(arn, asked);
  return found.health === 'broken' ? broken(`${found.detail}; or ${give}`) : found;
}
