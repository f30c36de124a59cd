import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hasCode } from '../../../base/errors.ts';
import { settingsOf } from '../../../base/settings.ts';
import { ASSUMED, DENIED, stsServer, type StsServer } from '../../../../test/support/aws/sts-server.ts';
import { bucketsSettings } from '../../settings.ts';
import { openClients } from './clients.ts';

function clientsOf({ endpoint }: StsServer) {
  const role = 'arn:aws:iam::123456789012:role/audit';
  return openClients(
    { endpoint: null, region: 'us-east-1', awsEndpoint: endpoint, role },
    settingsOf(bucketsSettings, {}),
  );
}

test('openClients() assumes the role before it asks anything', async () => {
  await using sts = await stsServer(200, ASSUMED);
  await using clients = await clientsOf(sts);
  assert.equal((await clients.s3In(null).config.credentials()).accessKeyId, 'ASSUMED');
});

test('openClients() says so when the role is refused', async () => {
  await using sts = await stsServer(403, DENIED);
  await assert.rejects(clientsOf(sts), (error) => hasCode(error, 'buckets_role_refused'));
});
