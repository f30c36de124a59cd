/** The contracts of the object and record ports against moto, for test/services/moto-contracts.test.ts, which runs this. */
import { after } from 'node:test';
import { newId } from '../../../src/base/ids.ts';
import { silentLog } from '../../../src/base/log.ts';
import { settingsOf } from '../../../src/base/settings.ts';
import { openDynamoRecordStore, openS3ObjectStore, storageSettings } from '../../../src/storage/index.ts';
import { objectStoreContract } from '../../../src/storage/objects/contract.ts';
import { movableClock, recordStoreContract } from '../../../src/storage/records/contract.ts';
import { s3Place, testBucket } from '../s3/server.ts';

const endpoint = process.env['MOTO_ENDPOINT'] ?? '';
// moto takes any; the SDK wants some, and finds them where it looks first.
Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' });

const server = { endpoint, skip: false } as const;
const bucket = await testBucket(server);
after(() => bucket[Symbol.asyncDispose]());

objectStoreContract('openS3ObjectStore at moto', async () => {
  const prefix = `${newId()}/deep/`;
  const place = s3Place(server, bucket.name, prefix);
  const store = await openS3ObjectStore({ place, settings: settingsOf(storageSettings), log: silentLog });
  await store.learn();
  const leftovers = async () => (await bucket.openUploads()).filter((key) => key.startsWith(prefix));
  return { store, leftovers };
});

recordStoreContract('openDynamoRecordStore at moto', async () => {
  const clock = movableClock();
  const place = { table: `holdfast-${newId()}`, region: 'us-east-1', endpoint };
  const mayCreate = () => Promise.resolve(true);
  const records = await openDynamoRecordStore({ ...place, clock: clock.read, log: silentLog, mayCreate });
  return { records, clock };
});
