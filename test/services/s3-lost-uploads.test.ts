/** The answer that names an upload in parts is lost: what it named must not stay in the bucket, unseen and paid for. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { hasCode } from '../../src/base/errors.ts';
import { silentLog } from '../../src/base/log.ts';
import { settingsOf } from '../../src/base/settings.ts';
import { bytesBody, openS3ObjectStore, readBody, storageSettings } from '../../src/storage/index.ts';
import { faultyS3 } from '../support/s3/faulty-s3.ts';
import { s3Place, s3Server, testBucket } from '../support/s3/server.ts';
import { s3ServerNames } from '../support/s3/server-names.ts';

const LARGE = randomBytes(9 * 2 ** 20);

for (const name of s3ServerNames) {
  const server = s3Server(name);
  test(
    `${name}: an upload whose beginning was answered to nobody is ended at once`,
    { skip: server.skip },
    async () => {
      await using way = await faultyS3(server.endpoint);
      await using bucket = await testBucket(server);
      const place = { ...s3Place(server, bucket.name, 'work/'), endpoint: way.endpoint };
      const settings = settingsOf(storageSettings, { s3Attempts: 2 });
      await using store = await openS3ObjectStore({ place, settings, log: silentLog });
      const beginnings = (most: number): void => {
        let lost = 0;
        way.plan(({ method, query }) =>
          method === 'POST' && query.has('uploads') && ++lost <= most ? 'lost_answer' : undefined,
        );
      };
      beginnings(1);
      await store.put('a', bytesBody(LARGE));
      assert.ok((await readBody((await store.get('a')).body)).equals(LARGE));
      assert.deepEqual(await bucket.openUploads(), [], 'its second beginning was finished, the first one ended');

      beginnings(2);
      const beside = await store.multipart.create('a/b').catch(() => null);
      assert.equal(beside, null);
      way.plan(null);
      const other = await store.multipart.create('a/bc');
      beginnings(2);
      await assert.rejects(store.put('a/b', bytesBody(LARGE)), (error) => hasCode(error, 'store_unavailable'));
      assert.deepEqual(await bucket.openUploads(), ['work/a/bc'], 'that of a key which begins alike is left alone');

      const stop = new AbortController();
      let tries = 0;
      way.plan(({ method, query }) => {
        if (method !== 'POST' || !query.has('uploads')) return undefined;
        if (++tries === 1) return 'lost_answer';
        // Given up before the store hears of it a second time.
        stop.abort();
        return 'reset';
      });
      await assert.rejects(store.put('c', bytesBody(LARGE), { signal: stop.signal }));
      way.plan(null);
      await store.multipart.abort('a/bc', other.uploadId);
      assert.deepEqual(await bucket.openUploads(), []);
    },
  );
}
