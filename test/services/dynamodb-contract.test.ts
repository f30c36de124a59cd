import { silentLog } from '../../src/base/log.ts';
import { openDynamoRecordStore } from '../../src/storage/index.ts';
import { movableClock, recordStoreContract } from '../../src/storage/records/contract.ts';
import { dynamoPlace, skipWithoutDynamo } from '../support/stores/dynamodb-local.ts';

if (!skipWithoutDynamo) {
  recordStoreContract('openDynamoRecordStore on DynamoDB Local', async () => {
    const clock = movableClock();
    const mayCreate = () => Promise.resolve(true);
    const records = await openDynamoRecordStore({ ...dynamoPlace(), clock: clock.read, log: silentLog, mayCreate });
    return { records, clock };
  });
}
