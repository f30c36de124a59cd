import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bucketOfHost, isBareHost, isDistinctive, namesInLine } from './named-buckets.ts';

const none = new Set<string>();

test('hosts of S3 are known in all their forms, and nobody else’s', () => {
  for (const host of [
    'acme.media.s3.amazonaws.com',
    'acme.media.s3.eu-central-1.amazonaws.com.',
    'acme.media.s3-eu-west-1.amazonaws.com',
    'acme.media.s3-website-us-east-1.amazonaws.com',
    'acme.media.s3-website.eu-central-1.amazonaws.com',
    'acme.media.s3.dualstack.eu-central-1.amazonaws.com',
    'acme.media.s3-accelerate.amazonaws.com',
    'acme.media.s3.cn-north-1.amazonaws.com.cn',
  ]) {
    assert.equal(bucketOfHost(host), 'acme.media', host);
  }
  for (const host of [
    'www.example.org',
    's3.amazonaws.com',
    'acme.s3.example.org',
    'acme.ec2.amazonaws.com',
    'a.s3.amazonaws.com.evil.example',
  ]) {
    assert.equal(bucketOfHost(host), null, host);
  }
  assert.ok(isBareHost('s3-website-us-east-1.amazonaws.com.'));
  assert.ok(!isBareHost('acme.s3.amazonaws.com'));
});

test('names are found in templates and code, by URL, ARN, host and path', () => {
  const lines: readonly (readonly [line: string, ...names: string[]])[] = [
    ['aws s3 cp ./site s3://acme-site/ --recursive', 'acme-site'],
    ['Resource: "arn:aws:s3:::acme-logs/*"', 'acme-logs'],
    ['DomainName: acme-media.s3.eu-central-1.amazonaws.com', 'acme-media'],
    ['curl https://s3.eu-central-1.amazonaws.com/acme-old/setup.sh', 'acme-old'],
    ['s3a://acme-lake and s3://acme-raw.', 'acme-lake', 'acme-raw'],
    ['Resource: !Sub "arn:aws:s3:::${Name}-logs/*"'],
    ['Resource: arn:aws:s3:::acme-*'],
    ['Bucket: !Sub "s3://acme-${Stage}/x"'],
    ['https://${bucket}.s3.amazonaws.com/'],
  ];
  for (const [line, ...names] of lines) assert.deepEqual(namesInLine(line, none), names, line);
});

test('a known name is found where it stands alone, and not as a part of another', () => {
  const known = new Set(['acme-backup-2019']);
  assert.deepEqual(namesInLine('BUCKET=acme-backup-2019', known), ['acme-backup-2019']);
  assert.deepEqual(namesInLine('see "acme-backup-2019".', known), ['acme-backup-2019']);
  assert.deepEqual(namesInLine('my-acme-backup-2019 acme-backup-2019-eu old.acme-backup-2019', known), []);
  assert.ok(isDistinctive('acme-backup-2019') && !isDistinctive('backups') && !isDistinctive('data-x'));
});
