/**
 * Names of deleted buckets, watched by `buckets audit` at moto: what CloudFront, Route 53, other buckets and files still
 * name, while the name is free and when somebody else has taken it. In accounts of its own, which no other test sees.
 */
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { CloudFrontClient, CreateDistributionCommand } from '@aws-sdk/client-cloudfront';
import { ChangeResourceRecordSetsCommand, CreateHostedZoneCommand, Route53Client } from '@aws-sdk/client-route-53';
import { CreateBucketCommand, DeleteBucketCommand, PutBucketPolicyCommand, S3Client } from '@aws-sdk/client-s3';
import { newId } from '../../src/base/ids.ts';
import { guardPerson, type AuditJson } from '../support/clients/bucket-guard.ts';
import { motoEndpoint, withoutMoto } from '../support/aws/moto.ts';
import { newMotoAccount } from '../support/aws/moto-account.ts';

const RUN = newId().slice(-12);
const endpoint = motoEndpoint ?? '';

test(
  'what still names a deleted bucket is a finding while the name is free, and when somebody else has taken it',
  { skip: withoutMoto },
  async (context) => {
    const [site, scripts, keeps, zone] = [`site-${RUN}`, `scripts-${RUN}`, `keeps-${RUN}`, `www-${RUN}.example.org`];
    const [ours, theirs] = [await newMotoAccount(), await newMotoAccount()];
    const s3 = new S3Client({ ...ours.at, forcePathStyle: true });
    const cloudFront = new CloudFrontClient(ours.at);
    const dns = new Route53Client(ours.at);
    const thief = new S3Client({ ...theirs.at, forcePathStyle: true });
    context.after(() => [s3, cloudFront, dns, thief].forEach((client) => client.destroy()));
    for (const Bucket of [site, scripts, keeps, zone]) await s3.send(new CreateBucketCommand({ Bucket }));
    const Resource = `arn:aws:s3:::${site}/*`;
    const Statement = [{ Effect: 'Deny', Principal: '*', Action: 's3:GetObject', Resource }];
    await s3.send(
      new PutBucketPolicyCommand({ Bucket: keeps, Policy: JSON.stringify({ Version: '2012-10-17', Statement }) }),
    );
    await cloudFront.send(
      new CreateDistributionCommand({
        DistributionConfig: {
          ...{ CallerReference: RUN, Comment: '', Enabled: true },
          Origins: {
            Quantity: 1,
            Items: [
              {
                Id: 'media',
                DomainName: `${site}.s3.us-east-1.amazonaws.com`,
                S3OriginConfig: { OriginAccessIdentity: '' },
              },
            ],
          },
          DefaultCacheBehavior: { TargetOriginId: 'media', ViewerProtocolPolicy: 'https-only' },
        },
      }),
    );
    const { HostedZone } = await dns.send(new CreateHostedZoneCommand({ Name: 'example.org', CallerReference: RUN }));
    const Value = 's3-website-us-east-1.amazonaws.com';
    const ResourceRecordSet = { Name: zone, Type: 'CNAME' as const, TTL: 60, ResourceRecords: [{ Value }] };
    await dns.send(
      new ChangeResourceRecordSetsCommand({
        HostedZoneId: HostedZone?.Id,
        ChangeBatch: { Changes: [{ Action: 'CREATE', ResourceRecordSet }] },
      }),
    );
    const folder = await mkdtemp(join(tmpdir(), 'holdfast-freed-'));
    context.after(() => rm(folder, { recursive: true, force: true }));
    await writeFile(join(folder, 'deploy.sh'), `#!/bin/sh\naws s3 cp s3://${scripts}/setup.sh - | sh\n`);

    await using person = await guardPerson({ AWS_ENDPOINT_URL: endpoint });
    const look = async () => {
      const only = ['--check', 'account-dangling-reference,bucket-dangling-reference'];
      const { audits } = await person.json<AuditJson>('audit', '--role', ours.role, ...only, '--references', folder);
      const failed = audits[0]?.findings.filter(({ verdict }) => verdict === 'fail') ?? [];
      return failed.map(({ check, evidence }) => `${check} ${JSON.stringify(evidence)}`).join('\n');
    };
    assert.equal(await look(), '');
    for (const Bucket of [site, scripts, zone]) await s3.send(new DeleteBucketCommand({ Bucket }));
    const free = await look();
    assert.match(
      free,
      new RegExp(`CloudFront [A-Z0-9]+, origin media.*${site}: it was yours, and anybody can make it now`),
    );
    assert.match(free, new RegExp(`Route 53, record ${zone}`));
    assert.match(free, new RegExp(`deploy.sh, line 2","value":"${scripts}: it was yours`));
    assert.match(free, new RegExp(`bucket-dangling-reference .*In the policy","value":"${site}`));
    for (const Bucket of [site, scripts]) await thief.send(new CreateBucketCommand({ Bucket }));
    const taken = await look();
    assert.match(taken, new RegExp(`origin media.*${site}: it was yours, and is somebody else’s now`));
    assert.match(taken, new RegExp(`In the policy, somebody else’s now","value":"${site}`));
    for (const Bucket of [site, scripts]) await thief.send(new DeleteBucketCommand({ Bucket }));
  },
);
