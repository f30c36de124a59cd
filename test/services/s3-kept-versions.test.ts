/** What somebody with access to the buckets deletes or overwrites is still there, under the version ids that were kept beside ours. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { s3Server, testBucket, type TestBucket } from '../support/s3/server.ts';
import { startServer } from '../support/servers/start-server.ts';
import { personalDrive } from '../support/clients/workspace-files.ts';

const ceph = s3Server('ceph-rgw');

async function objectsIn({ client, name }: TestBucket): Promise<string[]> {
  const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket: name }));
  return Contents.map(({ Key = '' }) => Key).filter((key) => key.includes('/o/'));
}

test(
  'both copies are deleted or overwritten, and yet read, and mended of what the stores keep',
  { skip: ceph.skip },
  async () => {
    await using objects = await testBucket(ceph);
    await using backup = await testBucket(ceph);
    const environment = { HOLDFAST_OBJECTS: objects.url(), HOLDFAST_BACKUP: backup.url() };
    await using server = await startServer({ environment });
    const { token } = await server.signUp();
    const drive = await personalDrive(server, token);
    const small = Buffer.from('small');
    const large = randomBytes(9 * 2 ** 20);
    const { id: smallId } = await drive.put('root', 'small', small);
    const { id: largeId } = await drive.put('root', 'large', large);
    await server.workspace.files.copyDue();
    assert.equal((await objectsIn(backup)).length, 2);

    for (const Key of await objectsIn(objects)) {
      await objects.client.send(new DeleteObjectCommand({ Bucket: objects.name, Key }));
    }
    for (const Key of await objectsIn(backup)) {
      // As large as what was there, so that only its bytes tell.
      const { ContentLength = 0 } = await backup.client.send(new HeadObjectCommand({ Bucket: backup.name, Key }));
      const Body = Buffer.alloc(ContentLength, 'ransom');
      await backup.client.send(new PutObjectCommand({ Bucket: backup.name, Key, Body }));
    }
    assert.ok((await drive.read(smallId)).equals(small));
    assert.ok((await drive.read(largeId)).equals(large));
    const reply = await server.call('GET', `/api/v1/drives/${drive.driveId}/files/${largeId}/content`, {
      token,
      headers: { range: 'bytes=9000000-9000009' },
    });
    assert.ok(Buffer.from(await reply.arrayBuffer()).equals(large.subarray(9_000_000, 9_000_010)));

    await server.workspace.files.copyDue();
    assert.equal((await server.workspace.files.backupStatus()).verdict, 'complete');
    const keys = await objectsIn(objects);
    assert.deepEqual(keys, await objectsIn(backup));
    for (const Key of keys) {
      const [one, other] = await Promise.all(
        [objects, backup].map(async ({ client, name: Bucket }) => {
          const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }));
          return Buffer.from((await Body?.transformToByteArray()) ?? []);
        }),
      );
      assert.ok(
        one?.equals(other ?? Buffer.alloc(0)) && one.length > small.length,
        'what lies there now is right again',
      );
    }
  },
);
