/** Security > Buckets: a look that an admin begins in the browser, on buckets of an account at moto that no other test has. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteBucketPolicyCommand,
  PutBucketPolicyCommand,
  PutPublicAccessBlockCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { assertAccessible } from '../support/browser/accessibility.ts';
import type { PersonOverHttp } from '../support/clients/person-over-http.ts';
import { setStage } from '../support/browser/stage.ts';
import { motoEndpoint, withoutMoto } from '../support/aws/moto.ts';

const endpoint = motoEndpoint ?? 'http://127.0.0.1:1';
const local = { accessKeyId: 'local', secretAccessKey: 'local' };
const account = String(Math.floor(1e11 + Math.random() * 8e11));
const RoleArn = `arn:aws:iam::${account}:role/audit`;
const stage = setStage({
  HOLDFAST_BUCKETS: RoleArn,
  HOLDFAST_BUCKETS_PROGRESS_MS: '100',
  AWS_ENDPOINT_URL: endpoint,
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: local.accessKeyId,
  AWS_SECRET_ACCESS_KEY: local.secretAccessKey,
});
const skip = withoutMoto || stage.skip;

const names = ['plans', 'held-back', 'closed'].map((name) => `${name}-${account}`);
const [open = '', latent = '', closed = ''] = names;
let s3: S3Client;

function policyOf(bucket: string): string {
  const Resource = `arn:aws:s3:::${bucket}/*`;
  const partner = { AWS: 'arn:aws:iam::210987654321:root' };
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      { Sid: 'Partner', Effect: 'Allow', Principal: partner, Action: 's3:GetObject', Resource },
      { Sid: 'Everyone <b>', Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource },
    ],
  });
}

before(async () => {
  if (skip) return;
  const sts = new STSClient({ endpoint, region: 'us-east-1', credentials: local });
  const { Credentials: given } = await sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'test' }));
  sts.destroy();
  s3 = new S3Client({
    ...{ endpoint, region: 'us-east-1', forcePathStyle: true },
    credentials: {
      accessKeyId: given?.AccessKeyId ?? '',
      secretAccessKey: given?.SecretAccessKey ?? '',
      sessionToken: given?.SessionToken ?? '',
    },
  });
  const flags = { BlockPublicAcls: true, IgnorePublicAcls: true, BlockPublicPolicy: true, RestrictPublicBuckets: true };
  for (const Bucket of names) {
    await s3.send(new CreateBucketCommand({ Bucket, ObjectOwnership: 'BucketOwnerEnforced' }));
    if (Bucket !== closed) await s3.send(new PutBucketPolicyCommand({ Bucket, Policy: policyOf(Bucket) }));
    if (Bucket === open) continue;
    await s3.send(new PutPublicAccessBlockCommand({ Bucket, PublicAccessBlockConfiguration: flags }));
  }
});
after(async () => {
  if (skip) return;
  for (const Bucket of names) await s3.send(new DeleteBucketCommand({ Bucket }));
  s3.destroy();
});

/** The first of the file is the admin. */
const admin = (() => {
  let made: Promise<PersonOverHttp> | undefined;
  return async () => await (made ??= stage.signUp({ name: 'Ada Lovelace' }));
})();

test(
  'an admin has the buckets looked at, and sees who gets in, the proof, and what would mend it',
  { skip },
  async () => {
    const ada = await admin();
    await using watched = await stage.openAs(ada, '/security/findings', { bypassCSP: true });
    const { page } = watched;
    await page.getByRole('navigation', { name: 'Security' }).getByRole('link', { name: 'Buckets' }).click();
    await page.getByText('Nothing has been looked at yet').waitFor();
    await page.getByText('never looked at').waitFor();

    await page.getByRole('button', { name: 'Look now…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Look at the buckets' });
    await dialog.getByRole('button', { name: 'Look now' }).click();
    await page.getByText(/3 buckets, looked at/).waitFor();
    const rows = page.getByRole('table', { name: 'Buckets' }).getByRole('row');
    await rows.nth(3).waitFor();
    assert.deepEqual(await rows.getByRole('link').allInnerTexts(), [open, latent, closed], 'worst first');
    await assertAccessible(page, 'the list of buckets');

    await page.getByRole('button', { name: /One switch away 1/ }).click();
    await page.waitForURL(/verdict=latent/);
    await page.getByRole('link', { name: open }).waitFor({ state: 'detached' });
    await page.getByLabel('Name').fill('nothing like it');
    await page.getByText('No bucket fits').waitFor();
    await page.getByRole('button', { name: 'Show all buckets' }).click();
    await rows.nth(3).waitFor();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Save as CSV' }).click(),
    ]);
    assert.match(await readFile(await download.path(), 'utf8'), new RegExp(`Open to read,${open}`));

    await page.getByRole('link', { name: open }).click();
    await page.getByRole('heading', { name: open }).waitFor();
    const marked = page.getByLabel('The policy of the bucket').locator('mark[data-tone="risk"]');
    assert.match(await marked.innerText(), /"Sid": "Everyone <b>"/);
    assert.doesNotMatch(await marked.innerText(), /Partner/);
    assert.match(await page.getByLabel('A request that gets in', { exact: true }).innerText(), /^curl /);
    await page.getByText('Nobody asked as a stranger').waitFor();
    await page.getByText('Who loses access:').waitFor();
    await page.getByText('PutBucketPolicy').waitFor();
    const after = page.getByLabel('After').first();
    assert.match(await after.innerText(), /Partner/);
    assert.doesNotMatch(await after.innerText(), /Everyone/);
    assert.equal(
      await page.getByLabel('The command that mends it', { exact: true }).innerText(),
      `holdfast buckets fix ${open} --role ${RoleArn}`,
    );
    await assertAccessible(page, 'the page of a bucket');

    await page.getByRole('link', { name: 'Anyone can read objects of the bucket' }).click();
    await page.getByRole('dialog', { name: 'Anyone can read objects of the bucket' }).waitFor();
  },
);

test('what was mended since stands there as fixed; a probe tells what strangers still get', { skip }, async () => {
  const ada = await admin();
  await s3.send(new DeleteBucketPolicyCommand({ Bucket: open }));
  await using watched = await stage.openAs(ada, '/security/buckets');
  const { page } = watched;
  await page.getByRole('button', { name: 'Look now…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Look at the buckets' });
  await dialog.getByLabel('Also ask as a stranger would').check();
  await dialog.getByRole('button', { name: 'Look now' }).click();
  await page.getByText(/looked at .*, as a stranger too/).waitFor();
  await page.getByRole('link', { name: open }).click();
  await page.getByRole('row', { name: /Fixed bucket-policy-wildcard/ }).waitFor();
  // moto lists any bucket to anybody, whatever is set on it: only asking shows that.
  const verdicts = page.getByRole('heading', { name: 'Who got in over time' }).locator('..').getByRole('listitem');
  await verdicts.nth(1).waitFor();
  assert.match(await verdicts.first().innerText(), /^Names are open/);
  assert.match(await verdicts.nth(1).innerText(), /^Open to read/);
  await page
    .getByText(/gets in .*though nothing that was read lets it/)
    .first()
    .waitFor();
  await page.getByText('The requests').click();
  await page.getByText('Got in', { exact: true }).first().waitFor();
});

test('on a phone nothing lies beyond the edge, and who is no admin sees none of it', { skip }, async () => {
  const ada = await admin();
  await using phone = await stage.openAs(ada, '/security/buckets', { viewport: { width: 360, height: 740 } });
  await phone.page.getByRole('link', { name: latent }).waitFor();
  const wide = 'document.documentElement.scrollWidth > document.documentElement.clientWidth';
  assert.equal(await phone.page.evaluate(wide), false, 'the list');
  await phone.page.getByRole('link', { name: latent }).click();
  await phone.page.getByText('Held back by').first().waitFor();
  assert.equal(await phone.page.evaluate(wide), false, 'the page of a bucket');

  const grace = await stage.signUp({ name: 'Grace Hopper' });
  await using watched = await stage.openAs(grace, '/security/buckets');
  await watched.page.getByText('Only admins see this page').waitFor();
});
