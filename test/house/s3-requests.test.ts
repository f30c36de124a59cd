import assert from 'node:assert/strict';
import { test } from 'node:test';
import { settingsOf } from '../../src/base/settings.ts';
import { storageSettings } from '../../src/storage/settings.ts';
import { encryptionOf } from '../../src/storage/objects/s3/bucket.ts';
import { connectS3, type S3Place } from '../../src/storage/objects/s3/client.ts';
import { type S3VendorName, s3VendorOf } from '../../src/storage/objects/s3/vendors.ts';

// Nobody is asked: what signs a request needs some.
Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' });

const PLACE: S3Place = {
  ...{ bucket: 'team', prefix: '', endpoint: null, region: 'eu-central-1', vendor: null },
  ...{ pathStyle: null, encryption: null, kmsKeyId: null },
};

interface Sent {
  /** With the bucket in the host or in the path. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** The request that stores a small object at this place, as it would leave this machine. */
async function putAt(given: Partial<S3Place>): Promise<Sent> {
  const place = { ...PLACE, ...given };
  const vendor = s3VendorOf(place);
  await using connection = await connectS3(place, vendor, settingsOf(storageSettings));
  let sent: Sent | undefined;
  await connection.send('Store an object', async (sdk, client) => {
    const stopHere = () => async (args: { readonly request: unknown }) => {
      const { protocol, hostname, path, headers } = args.request as Record<'protocol' | 'hostname' | 'path', string> &
        Sent;
      sent = { url: `${protocol}//${hostname}${path}`, headers };
      const response = { statusCode: 200, headers: { etag: '"x"' }, body: new Uint8Array() };
      return { response, output: { $metadata: {} } };
    };
    client.middlewareStack.add(stopHere, { step: 'deserialize', priority: 'low', name: 'stopHere' });
    const Body = Buffer.from('some bytes');
    const asked = { Bucket: place.bucket, Key: 'a', Body, ContentLength: Body.length };
    return client.send(new sdk.PutObjectCommand({ ...asked, ...encryptionOf({ place, vendor }) }));
  });
  assert.ok(sent);
  return sent;
}

test('the bucket of any Region of Amazon is asked at the address of that Region', async () => {
  for (const [region, host] of [
    ['us-east-1', 'team.s3.us-east-1.amazonaws.com'],
    ['eu-central-1', 'team.s3.eu-central-1.amazonaws.com'],
    ['ap-southeast-4', 'team.s3.ap-southeast-4.amazonaws.com'],
    ['us-gov-west-1', 'team.s3.us-gov-west-1.amazonaws.com'],
    ['cn-north-1', 'team.s3.cn-north-1.amazonaws.com.cn'],
  ] as const) {
    const { url, headers } = await putAt({ region });
    assert.equal(url, `https://${host}/a`);
    assert.match(headers['authorization'] ?? '', new RegExp(`/${region}/s3/aws4_request`), 'signed for that Region');
  }
  assert.match((await putAt({ pathStyle: true })).url, /^https:\/\/s3\.eu-central-1\.amazonaws\.com\/team\/a/);
});

test('at Amazon a body carries a checksum and asks for encryption; elsewhere nothing that a store may not know', async () => {
  const added = ({ headers }: Sent): string[] =>
    Object.keys(headers)
      .filter((name) => /checksum|sdk-checksum|encryption|trailer|content-encoding/.test(name))
      .toSorted();
  const atAmazon = ['x-amz-checksum-crc32', 'x-amz-sdk-checksum-algorithm', 'x-amz-server-side-encryption'];
  assert.deepEqual(added(await putAt({})), atAmazon);
  assert.deepEqual(added(await putAt({ endpoint: 'https://s3.eu-west-3.amazonaws.com' })), atAmazon);
  const elsewhere: Partial<Record<S3VendorName, string>> = {
    b2: 'https://s3.us-west-004.backblazeb2.com',
    r2: 'https://abc.eu.r2.cloudflarestorage.com',
    gcs: 'https://storage.googleapis.com',
    scaleway: 'https://s3.fr-par.scw.cloud',
    wasabi: 'https://s3.eu-central-2.wasabisys.com',
    other: 'http://10.0.0.7:9000',
  };
  for (const [vendor, endpoint] of Object.entries(elsewhere)) {
    const sent = await putAt({ endpoint });
    assert.deepEqual(added(sent), vendor === 'b2' ? ['x-amz-server-side-encryption'] : [], vendor);
    assert.match(sent.url, /\/team\/a/, `${vendor}: no name of its own for each bucket`);
  }
  assert.deepEqual(added(await putAt({ encryption: 'none' })), atAmazon.slice(0, 2));
  assert.equal(
    (await putAt({ endpoint: 'https://s3.example.org', vendor: 'aws', encryption: 'none' })).url.includes('/team/'),
    false,
  );
});
