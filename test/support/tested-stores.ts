/** On which engines the tests run that start a server: a folder and SQLite, unless the environment says otherwise. */
import { createHash } from 'node:crypto';
import { dynamoEndpoint, recordsUrl } from './dynamodb-local.ts';

/**
 * `HOLDFAST_TEST_RECORDS=dynamodb`: the records in DynamoDB Local. The same data folder always has the same table,
 * so that a server can be started again.
 */
export function testedStores(dataFolder: string): Record<string, string> {
  const records = process.env['HOLDFAST_TEST_RECORDS'] ?? '';
  if (records === '') return {};
  if (records !== 'dynamodb') throw new Error(`HOLDFAST_TEST_RECORDS is “${records}”: only dynamodb is known`);
  if (dynamoEndpoint === null) throw new Error('DynamoDB Local does not run: npm run services:install');
  const name = createHash('sha256').update(dataFolder).digest('hex').slice(0, 24);
  return { HOLDFAST_RECORDS: recordsUrl(`holdfast-${name}`) };
}
