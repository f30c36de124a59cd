import type { NamedAccount, PublicAccessBlock } from '../bucket-facts.ts';
import { known, unread, type Fact } from '../fact.ts';
import { asFact, type Asking } from './asking.ts';
import { refusalOf } from '../../../base/aws/sdk-refusal.ts';

/** The account behind the credentials. Its Block Public Access is the one in force, the organisation's included. */
export async function readAccount({ clients, ask }: Asking): Promise<NamedAccount> {
  const identity = await asFact(async () => {
    const { sdk, client } = await clients.sts();
    return await ask(() => client.send(new sdk.GetCallerIdentityCommand({})));
  });
  const accountId: Fact<string> =
    identity.known && identity.value.Account !== undefined
      ? known(identity.value.Account)
      : identity.known
        ? unread('failed', 'the answer names no account')
        : identity;
  const canonicalId = await asFact(async () => {
    const { Owner } = await ask(() => clients.s3In(null).send(new clients.s3.ListBucketsCommand({ MaxBuckets: 1 })));
    return Owner?.ID ?? '';
  });
  return {
    accountId,
    canonicalId:
      canonicalId.known && canonicalId.value === '' ? unread('failed', 'the list names no owner') : canonicalId,
    partition: (identity.known ? partitionOfArn(identity.value.Arn ?? '') : null) ?? partitionOf(clients.homeRegion),
    publicAccessBlock: accountId.known
      ? await readBlock({ clients, ask }, accountId.value)
      : unread('denied', 'the account is not known'),
  };
}

function partitionOfArn(arn: string): string | null {
  return /^arn:([a-z-]+):/.exec(arn)?.[1] ?? null;
}

/** By the beginnings of names of Regions: in another partition the ARNs of a policy would be none of the bucket's. */
const PARTITIONS: readonly (readonly [begins: string, partition: string])[] = [
  ['cn-', 'aws-cn'],
  ['us-gov-', 'aws-us-gov'],
  ['us-iso-', 'aws-iso'],
  ['us-isob-', 'aws-iso-b'],
  ['us-isof-', 'aws-iso-f'],
  ['eu-isoe-', 'aws-iso-e'],
  ['eusc-', 'aws-eusc'],
];

/** The partition that a Region lies in, for where the account does not say it. */
function partitionOf(region: string): string {
  return PARTITIONS.find(([begins]) => region.startsWith(begins))?.[1] ?? 'aws';
}

/** Its Block Public Access; `null`: none was set. */
export async function readBlock(
  { clients, ask }: Pick<Asking, 'clients' | 'ask'>,
  AccountId: string,
): Promise<Fact<PublicAccessBlock | null>> {
  return await asFact(async () => {
    const { sdk, client } = await clients.control(null);
    try {
      const command = new sdk.GetPublicAccessBlockCommand({ AccountId });
      const { PublicAccessBlockConfiguration: block } = await ask(() => client.send(command));
      return (block as PublicAccessBlock | undefined) ?? null;
    } catch (error) {
      if (refusalOf(error)?.name === 'NoSuchPublicAccessBlockConfiguration') return null;
      throw error;
    }
  });
}
