/** Accounts of their own at the moto that all tests share, so that no other test's buckets are seen. */
import { randomInt } from 'node:crypto';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { motoEndpoint } from './moto.ts';

const endpoint = motoEndpoint ?? '';

export interface MotoAccount {
  readonly accountId: string;
  /** ARN of a role that reaches it. */
  readonly role: string;
  /** What clients of the SDK take. */
  readonly at: {
    readonly endpoint: string;
    readonly region: string;
    readonly credentials: { accessKeyId: string; secretAccessKey: string; sessionToken: string };
  };
}

export async function newMotoAccount(): Promise<MotoAccount> {
  return await motoAccount(String(randomInt(3e11, 5e11)));
}

/** One that may be there already. */
export async function motoAccount(accountId: string): Promise<MotoAccount> {
  const role = `arn:aws:iam::${accountId}:role/audit`;
  const anybody = { accessKeyId: 'local', secretAccessKey: 'local' };
  const sts = new STSClient({ endpoint, region: 'us-east-1', credentials: anybody });
  const { Credentials } = await sts.send(new AssumeRoleCommand({ RoleArn: role, RoleSessionName: 'test' }));
  sts.destroy();
  const credentials = {
    accessKeyId: Credentials?.AccessKeyId ?? '',
    secretAccessKey: Credentials?.SecretAccessKey ?? '',
    sessionToken: Credentials?.SessionToken ?? '',
  };
  return { accountId, role, at: { endpoint, region: 'us-east-1', credentials } };
}
