/** Stores move from folders into buckets, and between buckets, on real S3 servers. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { hasCode } from '../../src/base/errors.ts';
import { faultyS3 } from '../support/s3/faulty-s3.ts';
import { s3Server, testBucket } from '../support/s3/server.ts';
import { startServer } from '../support/servers/start-server.ts';
import { moveStore, untilReady } from '../support/clients/store-moves.ts';
import { personalDrive } from '../support/clients/workspace-files.ts';

const ceph = s3Server('ceph-rgw');
const versity = s3Server('versitygw');
const skip = ceph.skip || versity.skip;

test(
  'a workspace that began in folders joins S3, and goes on to another prefix inside of the store',
  { skip },
  async (t) => {
    await using way = await faultyS3(ceph.endpoint);
    await using objects = await testBucket(ceph);
    await using backup = await testBucket(versity);
    const data = await mkdtemp(join(tmpdir(), 'holdfast-moves-'));
    t.after(() => rm(data, { recursive: true, force: true }));
    const through = (prefix: string): string => objects.url(prefix).replace(ceph.endpoint, way.endpoint);
    const places = [
      { role: 'primary', variable: 'HOLDFAST_OBJECTS', url: through('first') },
      { role: 'backup', variable: 'HOLDFAST_BACKUP', url: backup.url() },
      { role: 'primary', variable: 'HOLDFAST_OBJECTS', url: through('second') },
    ] as const;
    const environment: Record<string, string> = { HOLDFAST_MOVE_CATCH_UP_MS: '100' };
    const stored = new Map<string, Buffer>();
    const server = await startServer({ data, environment });
    const me = await server.signUp();
    let running = server;
    const put = async (name: string, bytes: Buffer): Promise<void> => {
      const drive = await personalDrive(running, me.token);
      stored.set((await drive.put('root', name, bytes)).id, bytes);
    };
    await put('large', randomBytes(9 * 2 ** 20));
    for (let n = 0; n < 5; n++) await put(`small ${n}`, randomBytes(1000));

    for (const [stop, { role, variable, url }] of places.entries()) {
      let bodyBytes = 0;
      way.plan(({ method, key, headers }) => {
        // Of what goes into the new place, a copy inside of the store has no body.
        if (method === 'PUT' && key.startsWith('second/drives/')) bodyBytes += Number(headers['content-length'] ?? 0);
        return undefined;
      });
      await moveStore(running, me, role, url);
      await untilReady(running, me.token, role);
      if (stop === 2) assert.ok(bodyBytes < 1_000_000, `${bodyBytes} bytes went through this process`);
      await put(`stored at stop ${stop}`, randomBytes(2000));
      await running.stop();
      await assert.rejects(
        startServer({ data, environment: { ...environment, [variable]: url.replace('?', 'x?') } }),
        (error) => hasCode(error, 'store_changed', 'store_unavailable', 'store_marker_missing'),
      );
      environment[variable] = url;
      running = await startServer({ data, environment });
      const drive = await personalDrive(running, me.token);
      for (const [id, bytes] of stored) assert.ok((await drive.read(id)).equals(bytes));
    }
    await running.workspace.files.copyDue();
    assert.equal((await running.workspace.files.backupStatus()).verdict, 'complete');
    assert.deepEqual(await objects.openUploads(), []);
    await running.stop();
  },
);

test('whoever begins a workspace on a bucket that holds one, with empty records, is refused', { skip }, async (t) => {
  await using bucket = await testBucket(ceph);
  const environment = { HOLDFAST_OBJECTS: bucket.url('team') };
  {
    await using server = await startServer({ environment });
    await server.signUp();
  }
  const data = await mkdtemp(join(tmpdir(), 'holdfast-moves-'));
  t.after(() => rm(data, { recursive: true, force: true }));
  const isOwned = (error: unknown): boolean => hasCode(error, 'bucket_of_a_workspace');
  await assert.rejects(startServer({ data, environment }), isOwned);
  await assert.rejects(startServer({ data, environment }), isOwned, 'a refusal leaves no mark');
  // Beside it, in the same bucket, there is room.
  await using beside = await startServer({ data, environment: { HOLDFAST_OBJECTS: bucket.url('others') } });
  await beside.signUp();
});
