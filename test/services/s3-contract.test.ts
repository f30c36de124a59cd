/** The contract of the object port on real S3 servers: Ceph keeps versions of objects, versitygw does not. */
import { after, describe } from 'node:test';
import { newId } from '../../src/base/ids.ts';
import { silentLog } from '../../src/base/log.ts';
import { settingsOf } from '../../src/base/settings.ts';
import { openS3ObjectStore, storageSettings } from '../../src/storage/index.ts';
import { objectStoreContract } from '../../src/storage/objects/contract.ts';
import { s3Place, s3Server, testBucket } from '../support/s3/server.ts';
import { s3ServerNames } from '../support/s3/server-names.ts';

for (const name of s3ServerNames) {
  const server = s3Server(name);
  describe(name, { skip: server.skip }, async () => {
    if (server.skip) return;
    const bucket = await testBucket(server);
    after(() => bucket[Symbol.asyncDispose]());
    objectStoreContract(`openS3ObjectStore at ${name}`, async () => {
      const prefix = `${newId()}/deep/`;
      const store = await openS3ObjectStore({
        place: s3Place(server, bucket.name, prefix),
        settings: settingsOf(storageSettings),
        log: silentLog,
      });
      await store.learn();
      const leftovers = async () => (await bucket.openUploads()).filter((key) => key.startsWith(prefix));
      return { store, leftovers };
    });
  });
}
