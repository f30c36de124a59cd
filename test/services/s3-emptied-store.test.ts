/** A bucket that was deleted and made again under a server answers to everything, and holds nothing of what was in it. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { DeleteBucketCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { silentLog } from '../../src/base/log.ts';
import { lookForTrouble } from '../../src/compose/notices/watch.ts';
import type { BackupStatusView } from '../../src/files/wire.ts';
import type { NoticesReply } from '../../src/notifications/wire.ts';
import { cliPerson } from '../support/clients/cli-person.ts';
import { emptyBucket, s3Server, testBucket } from '../support/s3/server.ts';
import { startServer } from '../support/servers/start-server.ts';
import { personalDrive } from '../support/clients/workspace-files.ts';

const ceph = s3Server('ceph-rgw');

test('it takes new copies, and yet is told as a store that is lost', { skip: ceph.skip }, async (t) => {
  const data = await mkdtemp(join(tmpdir(), 'holdfast-emptied-'));
  t.after(() => rm(data, { recursive: true, force: true }));
  await using bucket = await testBucket(ceph);
  const environment = { HOLDFAST_BACKUP: bucket.url('team') };
  const objects = async (): Promise<number> => {
    const { Contents = [] } = await bucket.client.send(new ListObjectsV2Command({ Bucket: bucket.name }));
    return Contents.filter(({ Key = '' }) => Key.includes('/o/')).length;
  };
  await using server = await startServer({ data, environment });
  await using person = await cliPerson();
  const { token, email } = await server.signUp({ password: person.password });
  await person.run('login', server.url, '--email', email, '--password-file', person.passwordFile);
  const drive = await personalDrive(server, token);
  await drive.put('root', 'before.txt', Buffer.from('before'));
  await server.workspace.files.copyDue();
  assert.equal((await person.run('backup', 'status')).exitCode, 0);

  await emptyBucket(bucket.client, bucket.name);
  await bucket.client.send(new DeleteBucketCommand({ Bucket: bucket.name }));
  const gone = await server.workspace.files.backupStatus();
  assert.equal(gone.stores[1]?.isMissing, false, 'one that is away may still have everything');
  await bucket.restore();
  await drive.put('root', 'after.txt', Buffer.from('after'));
  await server.workspace.files.copyDue();
  assert.equal(await objects(), 1, 'the copy of before is gone, and that of after was made');

  const status = await person.run('backup', 'status');
  assert.equal(status.exitCode, 1);
  assert.match(status.stdout, /The second store no longer holds this workspace: .+--adopt-store backup/);
  const view = JSON.parse((await person.run('backup', 'status', '--json')).stdout) as BackupStatusView;
  assert.deepEqual([view.verdict, ...view.stores.map(({ isMissing }) => isMissing)], ['store_missing', false, true]);
  const { notifications, files } = server.workspace;
  const parts = { log: silentLog, certificate: null, clock: Date.now, findings: { totals: async () => ({}) as never } };
  await lookForTrouble({ ...parts, notifications, copies: () => files.backupStatus() });
  await notifications.make();
  const told = (await (await server.call('GET', '/api/v1/notices', { token })).json()) as NoticesReply;
  assert.ok(told.notices.some(({ kind }) => kind === 'store_missing'));
  await server.stop();

  await using again = await startServer({ data, environment, flags: { adoptStore: 'backup' } });
  await again.workspace.files.copyDue();
  assert.equal((await again.workspace.files.backupStatus()).verdict, 'complete');
  assert.equal(await objects(), 2);
});
