/** The DynamoDB Local that `npm run services:install` started, with a table of its own for every test. */
import { DeleteTableCommand, DynamoDBClient, UpdateTableCommand } from '@aws-sdk/client-dynamodb';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const REGION = 'us-east-1';

/** `null` where it does not run. */
export const dynamoEndpoint = readEndpoint();

/** For `test(name, { skip })`: the reason, or false. Throws where services are required. */
export const skipWithoutDynamo = dynamoEndpoint === null ? 'needs DynamoDB Local: npm run services:install' : false;
if (skipWithoutDynamo && process.env['HOLDFAST_SERVICES'] === 'required') throw new Error(skipWithoutDynamo);

if (dynamoEndpoint !== null) {
  // It takes any; the SDK wants some, and finds them where it looks first.
  Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' });
}

/** A table that no other test has, or the one named. */
export function dynamoPlace(table = newTable()): { table: string; region: string; endpoint: string } {
  return { table, region: REGION, endpoint: dynamoEndpoint ?? '' };
}

/** The same as a value of HOLDFAST_RECORDS. */
export function recordsUrl(table = newTable()): string {
  return `dynamodb://${table}?${String(new URLSearchParams({ region: REGION, endpoint: dynamoEndpoint ?? '' }))}`;
}

/** Deletes a table under whoever uses it. */
export async function deleteTable(url: string): Promise<void> {
  const TableName = new URL(url).host;
  const client = new DynamoDBClient({ region: REGION, endpoint: dynamoEndpoint ?? '' });
  await client.send(new UpdateTableCommand({ TableName, DeletionProtectionEnabled: false }));
  await client.send(new DeleteTableCommand({ TableName }));
  client.destroy();
}

function newTable(): string {
  return `holdfast-test-${randomBytes(8).toString('hex')}`;
}

function readEndpoint(): string | null {
  try {
    return readFileSync(join(import.meta.dirname, '../../../.services/dynamodb-local.endpoint'), 'utf8').trim();
  } catch {
    return null;
  }
}
