import type { Clock } from '../../../base/clock.ts';
import type { Log } from '../../../base/log.ts';
import { settingsOf } from '../../../base/settings.ts';
import { storageErrors } from '../../errors.ts';
import { storageSettings } from '../../settings.ts';
import { connectDynamo, type DynamoPlace } from './client.ts';
import { withPolicy } from './health.ts';
import { retryingCall, type RetryLimits } from './retry.ts';
import { DynamoRecords } from './store.ts';
import { claimTable, createTable, findTable, untilActive } from './table.ts';

export type DynamoRecordStoreOptions = DynamoPlace &
  Partial<RetryLimits> & {
    readonly clock: Clock;
    readonly log: Log;
    /** Asked when the table is missing: true makes it. Default no. */
    readonly mayCreate?: () => Promise<boolean>;
    /** The table must be there, is read as it is, and every write fails with `records_denied`. Default false. */
    readonly readOnly?: boolean;
  };

/**
 * Records in one table of DynamoDB, which several servers may share. Throws `records_missing`, `records_foreign`,
 * `records_too_new`, `records_denied`, `records_unavailable`, `store_url_invalid`.
 */
export async function openDynamoRecordStore(options: DynamoRecordStoreOptions): Promise<DynamoRecords> {
  const { table, clock, log, readOnly = false, mayCreate = () => Promise.resolve(false) } = options;
  const attempted = `Open the records in the DynamoDB table ${table}`;
  const limits = settingsOf(storageSettings, {});
  const connection = await connectDynamo(options, attempted);
  try {
    const call = retryingCall({
      recordsRequestTimeoutMs: options.recordsRequestTimeoutMs ?? limits.recordsRequestTimeoutMs,
      recordsRetryMs: options.recordsRetryMs ?? limits.recordsRetryMs,
    });
    const deps = { connection, table, call, log, attempted };
    if (!(await findTable(deps))) {
      if (readOnly || !(await mayCreate())) throw storageErrors('records_missing', { attempted });
      log.info({ table }, 'Making the table of the records');
      await createTable(deps);
    }
    const described = await untilActive(deps);
    await claimTable(deps, described, readOnly);
    // Engines that only look like it may give no id.
    const tableId = described.TableId ?? described.CreationDateTime?.toISOString() ?? table;
    return new DynamoRecords({ connection, table, tableId, call, clock, readOnly });
  } catch (error) {
    connection.client.destroy();
    throw withPolicy(error, table, connection.region);
  }
}
