/**
 * `buckets discover`: at moto, where two accounts have buckets, whose each name is; at Ceph RGW, which keeps to its ACLs,
 * what strangers see.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  CreateBucketCommand,
  DeleteBucketCommand,
  PutBucketAclCommand,
  S3Client,
  type S3ClientConfig,
} from '@aws-sdk/client-s3';
import { newId } from '../../src/base/ids.ts';
import { guardPerson } from '../support/clients/bucket-guard.ts';
import { withoutMoto } from '../support/aws/moto.ts';
import { faultyS3, type S3Call } from '../support/s3/faulty-s3.ts';
import { newMotoAccount, type MotoAccount } from '../support/aws/moto-account.ts';
import { s3Server } from '../support/s3/server.ts';

const ceph = s3Server('ceph-rgw');
const ORG = `acme${newId().slice(-10)}`;
const FAST = { HOLDFAST_BUCKETS_DISCOVER_PER_SECOND: '1000', HOLDFAST_BUCKETS_GUESSES: '1000' };

interface DiscoverJson {
  readonly found: readonly {
    readonly name: string;
    readonly holder: string;
    readonly isListed: boolean | null;
    readonly tries: number | null;
  }[];
  readonly own: readonly { readonly name: string; readonly risk: string; readonly tries: number | null }[];
  readonly observations: readonly { readonly observation: { readonly verdict: string } }[];
}

async function withBuckets(
  at: Pick<MotoAccount['at'], 'endpoint'> & S3ClientConfig,
  names: readonly string[],
): Promise<AsyncDisposable & { readonly s3: S3Client }> {
  const s3 = new S3Client({ ...at, region: 'us-east-1', forcePathStyle: true });
  for (const Bucket of names) await s3.send(new CreateBucketCommand({ Bucket }));
  return {
    s3,
    async [Symbol.asyncDispose]() {
      for (const Bucket of names) await s3.send(new DeleteBucketCommand({ Bucket }));
      s3.destroy();
    },
  };
}

test(
  'names that follow from the own list are ours, somebody else’s or nobody’s, and a service’s name that others hold is a finding',
  { skip: withoutMoto },
  async () => {
    const [us, them] = [await newMotoAccount(), await newMotoAccount()];
    const ours = [`${ORG}-prod-ledger`, `${ORG}-prod-plans`, `${ORG}-dev-ledger`];
    const taken = `amazon-braket-us-east-1-${us.accountId}`;
    await using _ours = await withBuckets(us.at, ours);
    await using _theirs = await withBuckets(them.at, [`${ORG}-dev-plans`, taken]);
    await using person = await guardPerson({ ...FAST, AWS_ENDPOINT_URL: us.at.endpoint });
    const options = ['discover', '--role', us.role, '--name', ORG, '--most', '60'];
    const found = await person.json<DiscoverJson>(...options);
    const holderOf = (name: string) => found.found.find((each) => each.name === name)?.holder;
    assert.equal(holderOf(`${ORG}-prod-ledger`), 'ours');
    assert.equal(holderOf(`${ORG}-dev-plans`), 'others');
    assert.equal(holderOf(`${ORG}-backup`), 'nobody');
    assert.equal(holderOf(taken), 'others');
    assert.equal(found.own.find(({ name }) => name === `${ORG}-dev-ledger`)?.risk, 'high');
    assert.equal(found.exitCode, 1);
    const shown = await person.run(...options, '--fail-on', 'none');
    assert.equal(shown.exitCode, 0, shown.stderr);
    assert.match(shown.stdout, new RegExp(`somebody else’s +${taken} .*by account`));
    assert.match(shown.stdout, /1 name that a service of AWS would use for your account is held by somebody else/);
  },
);

test(
  'at Ceph RGW strangers see what is told: the list of the open bucket, nothing of the closed one; and nothing is signed or written',
  { skip: ceph.skip },
  async () => {
    const [open, closed] = [`${ORG}-media`, `${ORG}-logs`];
    const credentials = { accessKeyId: 'holdfasttest', secretAccessKey: 'holdfast-secret' };
    await using made = await withBuckets({ endpoint: ceph.endpoint, credentials }, [open, closed]);
    await made.s3.send(new PutBucketAclCommand({ Bucket: open, ACL: 'public-read' }));
    await using proxy = await faultyS3(ceph.endpoint);
    const unsigned: S3Call[] = [];
    proxy.plan((call) => {
      if (call.headers.authorization === undefined) unsigned.push(call);
      return undefined;
    });
    await using person = await guardPerson(FAST);
    const at = ['--endpoint', proxy.endpoint, '--name', ORG, '--most', '30'];
    const { found } = await person.json<DiscoverJson>('discover', ...at);
    const of = (name: string) => found.find((each) => each.name === name);
    assert.deepEqual([of(open)?.holder, of(open)?.isListed], ['ours', true]);
    assert.deepEqual([of(closed)?.holder, of(closed)?.isListed], ['ours', false]);
    assert.equal(unsigned.length, 30 + 1, 'one HEAD for each name, and one list');
    assert.ok(unsigned.every(({ method, key }) => (method === 'HEAD' || method === 'GET') && key === ''));
    assert.ok(unsigned.every(({ headers }) => Object.keys(headers).every((name) => !name.startsWith('x-amz'))));

    proxy.plan(({ headers }) =>
      headers.authorization === undefined ? { answer: 500, code: 'InternalError' } : undefined,
    );
    const refused = await person.run('discover', ...at);
    assert.equal(refused.exitCode, 3);
    assert.equal(refused.stdout, '', 'no half report');
    assert.match(refused.stderr, /The store answers no anonymous requests/);
  },
);
