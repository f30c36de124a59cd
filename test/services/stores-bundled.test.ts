import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { test, type TestContext } from 'node:test';
import { build } from 'esbuild';
import { systemClock } from '../../src/base/clock.ts';
import { silentLog } from '../../src/base/log.ts';
import { settingsOf } from '../../src/base/settings.ts';
import { bytesBody, readBody, storageSettings } from '../../src/storage/index.ts';
import type * as Storage from '../../src/storage/index.ts';
import type * as MongoFlows from '../../src/network/store/mongodb/mongodb.ts';
import { dynamoPlace, skipWithoutDynamo } from '../support/stores/dynamodb-local.ts';
import { mongoFlows, skipWithoutMongo } from '../support/stores/mongodb-server.ts';
import { s3Place, s3Server, testBucket } from '../support/s3/server.ts';

/** As scripts/build.ts bundles what is installed: there the SDK comes as CommonJS inside of an ES module. */
const BANNER = `import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);`;

async function bundled<Module>(t: TestContext, entry: string): Promise<Module> {
  const outdir = await mkdtemp(join(tmpdir(), 'holdfast-bundle-'));
  t.after(() => rm(outdir, { recursive: true, force: true }));
  await build({
    entryPoints: { index: join(import.meta.dirname, '../../src', entry) },
    outdir,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    banner: { js: BANNER },
    logLevel: 'error',
  });
  return (await import(pathToFileURL(join(outdir, 'index.mjs')).href)) as Module;
}

const ceph = s3Server('ceph-rgw');

test(
  'records in DynamoDB and objects on S3 open from the bundle too, where the SDK has other exports',
  { skip: skipWithoutDynamo || ceph.skip },
  async (t) => {
    const { openDynamoRecordStore, openS3ObjectStore } = await bundled<typeof Storage>(t, 'storage/index.ts');
    const mayCreate = () => Promise.resolve(true);
    await using records = await openDynamoRecordStore({
      ...dynamoPlace(),
      clock: systemClock,
      log: silentLog,
      mayCreate,
    });
    await records.transact([{ op: 'put', pk: 'a', sk: '1', value: { n: 1 } }]);
    assert.deepEqual((await records.get('a', '1'))?.value, { n: 1 });

    await using bucket = await testBucket(ceph);
    const settings = settingsOf(storageSettings);
    const credentials = join(await mkdtemp(join(tmpdir(), 'holdfast-bundle-')), 'credentials');
    t.after(() => rm(dirname(credentials), { recursive: true, force: true }));
    // Keys of its own, by a part of the SDK that is loaded for them alone.
    await writeFile(credentials, '[own]\naws_access_key_id = holdfasttest\naws_secret_access_key = holdfast-secret\n');
    process.env['AWS_SHARED_CREDENTIALS_FILE'] = credentials;
    const place = { ...s3Place(ceph, bucket.name), profile: 'own' };
    await using store = await openS3ObjectStore({ place, settings, log: silentLog });
    await store.put('a', bytesBody(Buffer.from('content')));
    assert.equal((await readBody((await store.get('a')).body)).toString(), 'content');
    assert.equal((await store.learn()).versions, true);
  },
);

test(
  'flows in MongoDB open from the bundle too, where the driver comes as CommonJS',
  { skip: skipWithoutMongo },
  async (t) => {
    const { openMongoFlowStore } = await bundled<typeof MongoFlows>(t, 'network/store/mongodb/mongodb.ts');
    await using store = await openMongoFlowStore(mongoFlows());
    const { flows, oldest } = await store.usage();
    assert.deepEqual([flows, oldest], [0, null]);
  },
);
