/** On which engines the tests run that start a server: folders and SQLite, unless the environment says otherwise. */
import { createHash } from 'node:crypto';
import { dynamoEndpoint, recordsUrl } from './dynamodb-local.ts';
import { s3ServerNames } from '../s3/server-names.ts';

/**
 * `HOLDFAST_TEST_RECORDS=dynamodb`: the records in DynamoDB Local. `HOLDFAST_TEST_OBJECTS=ceph-rgw` (or another S3
 * server of the services): objects and second copies under prefixes of one bucket there. The same data folder always
 * has the same places, so that a server can be started again.
 */
export async function testedStores(dataFolder: string): Promise<Record<string, string>> {
  const name = createHash('sha256').update(dataFolder).digest('hex').slice(0, 24);
  return { ...testedRecords(name), ...(await testedObjects(name)) };
}

function testedRecords(name: string): Record<string, string> {
  const records = process.env['HOLDFAST_TEST_RECORDS'] ?? '';
  if (records === '') return {};
  if (records !== 'dynamodb') throw new Error(`HOLDFAST_TEST_RECORDS is “${records}”: only dynamodb is known`);
  if (dynamoEndpoint === null) throw new Error('DynamoDB Local does not run: npm run services:install');
  return { HOLDFAST_RECORDS: recordsUrl(`holdfast-${name}`) };
}

async function testedObjects(name: string): Promise<Record<string, string>> {
  const wanted = process.env['HOLDFAST_TEST_OBJECTS'] ?? '';
  if (wanted === '') return {};
  const server = s3ServerNames.find((known) => known === wanted);
  if (!server) {
    throw new Error(`HOLDFAST_TEST_OBJECTS is “${wanted}”: one of ${s3ServerNames.join(', ')} is wanted`);
  }
  // Loads the SDK, which most runs of the tests do not need.
  const { s3Server, sharedBucket } = await import('../s3/server.ts');
  const url = await sharedBucket(s3Server(server));
  return { HOLDFAST_OBJECTS: url(`${name}/objects`), HOLDFAST_BACKUP: url(`${name}/backup`) };
}
