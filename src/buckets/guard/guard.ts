/** What the guard of an account works with. */
import type { Clock } from '../../base/clock.ts';
import type { Log } from '../../base/log.ts';
import type { BucketReader } from '../facts/bucket-reader.ts';
import type { BucketWriter } from '../fixes/bucket-writer.ts';
import type { BucketsSettings } from '../settings.ts';
import type { Alerts } from './alerts.ts';
import type { GuardConfig } from './config.ts';
import type { GraceQueue } from './grace.ts';
import type { GuardTable } from './table.ts';

export interface Guard {
  readonly config: GuardConfig;
  readonly settings: BucketsSettings;
  readonly table: GuardTable;
  readonly alerts: Alerts;
  readonly graceQueue: Pick<GraceQueue, 'again'>;
  openReader(): Promise<BucketReader>;
  openWriter(): Promise<BucketWriter>;
  readonly clock: Clock;
  readonly log: Log;
}
