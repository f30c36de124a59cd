/** Events that may come again, such as those that a guard sends until it is answered, are told once. */
import type { Clock } from '../../base/clock.ts';
import { hasCode } from '../../base/errors.ts';
import type { Config } from '../../config/index.ts';
import type { NoticeEvent, Notifications } from '../../notifications/index.ts';
import type { RecordStore } from '../../storage/index.ts';

export interface TellOnceDeps {
  readonly records: RecordStore;
  readonly notifications: Pick<Notifications, 'operation'>;
  readonly clock: Clock;
  readonly settings: Pick<Config['settings']['buckets'], 'guardEventsKeptMs'>;
}

/** Once for each id. */
export async function tellOnce(
  id: string,
  events: readonly NoticeEvent[],
  { records, notifications, clock, settings }: TellOnceDeps,
): Promise<void> {
  const at = { pk: 'guard-notices', sk: id };
  try {
    await records.transact([
      { op: 'put', ...at, value: {}, expiresAtMs: clock() + settings.guardEventsKeptMs, if: 'absent' },
      ...events.map((event) => notifications.operation(event)),
    ]);
  } catch (error) {
    // Told already.
    if (!hasCode(error, 'record_conflict')) throw error;
  }
}
