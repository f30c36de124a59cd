/** Stores of several vendors, and the table of records, each with credentials of its own: a profile of the AWS files. */
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { hasCode } from '../../src/base/errors.ts';
import type { DoctorReport } from '../../src/compose/doctor/doctor.ts';
import { recordsUrl, skipWithoutDynamo } from '../support/stores/dynamodb-local.ts';
import { CEPH_PARTNER, s3Server, testBucket } from '../support/s3/server.ts';
import { startServer } from '../support/servers/start-server.ts';
import { moveStore, untilReady } from '../support/clients/store-moves.ts';
import { personalDrive } from '../support/clients/workspace-files.ts';

const ceph = s3Server('ceph-rgw');
const versity = s3Server('versitygw');
const skip = ceph.skip || versity.skip || skipWithoutDynamo;

const KEYS = { partner: CEPH_PARTNER, same: CEPH_PARTNER, second: 'holdfasttest', table: 'table' };

/** From here on this process finds credentials in profiles, and none without naming one. */
async function setUp(context: TestContext): Promise<{ readonly data: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-profiles-'));
  context.after(() => rm(folder, { recursive: true, force: true }));
  const profiles = Object.entries(KEYS).map(
    ([name, key]) => `[${name}]\naws_access_key_id = ${key}\naws_secret_access_key = holdfast-secret\n`,
  );
  await writeFile(join(folder, 'credentials'), profiles.join('\n'));
  for (const name of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_PROFILE']) delete process.env[name];
  Object.assign(process.env, {
    AWS_SHARED_CREDENTIALS_FILE: join(folder, 'credentials'),
    AWS_CONFIG_FILE: join(folder, 'none'),
    AWS_EC2_METADATA_DISABLED: 'true',
  });
  return { data: join(folder, 'data') };
}

test(
  'two vendors that want keys of their own go together, and the profile is no part of what a store is',
  { skip },
  async (t) => {
    await using objects = await testBucket(ceph, { owner: CEPH_PARTNER });
    await using backup = await testBucket(versity);
    await using elsewhere = await testBucket(ceph);
    const { data } = await setUp(t);
    const environment = {
      HOLDFAST_MOVE_CATCH_UP_MS: '100',
      HOLDFAST_OBJECTS: `${objects.url()}&profile=partner`,
      HOLDFAST_BACKUP: `${backup.url()}&profile=second`,
      HOLDFAST_RECORDS: `${recordsUrl()}&profile=table`,
    };
    const bytes = Buffer.from('for two vendors');
    const server = await startServer({ data, environment });
    const me = await server.signUp();
    const { id } = await (await personalDrive(server, me.token)).put('root', 'plan', bytes);
    await server.workspace.files.copyDue();
    assert.equal((await server.workspace.files.backupStatus()).verdict, 'complete');
    const { checks } = (await (await server.call('GET', '/api/v1/doctor', { token: me.token })).json()) as DoctorReport;
    const wrong = checks.filter(
      ({ id: name, verdict }) => /^(objects|backup|records|clock)/.test(name) && verdict === 'fail',
    );
    assert.deepEqual(wrong, []);

    // Into the same Ceph, where another user owns it: nothing could be copied there by one request.
    await moveStore(server, me, 'backup', `${elsewhere.url()}&profile=second`);
    await untilReady(server, me.token, 'backup');
    await server.stop();

    const moved = {
      ...environment,
      HOLDFAST_OBJECTS: `${objects.url()}&profile=same`,
      HOLDFAST_BACKUP: `${elsewhere.url()}&profile=second`,
    };
    const again = await startServer({ data, environment: moved });
    assert.ok((await (await personalDrive(again, me.token)).read(id)).equals(bytes));
    assert.equal((await again.workspace.files.backupStatus()).verdict, 'complete');
    await again.stop();

    for (const [profile, remedy] of [
      // Not the credentials of anybody else: those of the bucket's own are missing.
      ['nobody', /profile=NAME.+AWS_SHARED_CREDENTIALS_FILE/],
      ['second', /^Give the credentials of the server this policy: \{/],
    ] as const) {
      await assert.rejects(
        startServer({ data, environment: { ...moved, HOLDFAST_OBJECTS: `${objects.url()}&profile=${profile}` } }),
        (error: Error & { remedy?: string }) => hasCode(error, 'store_denied') && remedy.test(error.remedy ?? ''),
      );
    }
  },
);
