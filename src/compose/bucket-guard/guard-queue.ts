/** Reads what the guard of an account hands to this workspace, on one server at a time, and tells it to the admins. */
import { errorFacts } from '../../base/error-facts.ts';
import type { Clock } from '../../base/clock.ts';
import type { Log } from '../../base/log.ts';
import { openNoticeQueue, readNotice, type ReceivedNotice, type WorkspaceNotice } from '../../buckets/index.ts';
import type { Config } from '../../config/index.ts';
import type { Notifications } from '../../notifications/index.ts';
import { startLeasedLoop, type RecordStore } from '../../storage/index.ts';
import { guardNotice } from '../notices/guard-notices.ts';
import { tellOnce } from '../notices/tell-once.ts';

export interface GuardQueueParts {
  readonly config: Pick<Config, 'guardQueue'>;
  readonly settings: Config['settings']['buckets'];
  readonly records: RecordStore;
  readonly notifications: Pick<Notifications, 'operation'>;
  readonly holder: string;
  readonly clock: Clock;
  readonly log: Log;
}

/** The longest that Amazon SQS lets somebody wait for messages. */
const WAIT_MS = 20_000;
const LEASE_MS = 60_000;

/** Disposing waits for what is at hand. */
export async function startGuardQueueLoop(
  parts: GuardQueueParts & { readonly place: NonNullable<Config['guardQueue']> },
): Promise<AsyncDisposable> {
  await using opening = new AsyncDisposableStack();
  const queue = opening.use(await openNoticeQueue({ ...parts.place, region: null }));
  const { clock, settings } = parts;
  opening.use(
    startLeasedLoop({
      ...parts,
      name: 'guard-queue',
      leaseMs: LEASE_MS,
      pollMs: settings.guardQueueRestMs,
      async work(signal) {
        try {
          const received = await queue.receive({ waitMs: WAIT_MS, signal });
          for (const each of received) await tell(each, parts);
          // There may be more.
          return clock();
        } catch (error) {
          if (signal.aborted) return null;
          throw error;
        }
      },
    }),
  );
  const opened = opening.move();
  return { [Symbol.asyncDispose]: () => opened.disposeAsync() };
}

async function tell(received: ReceivedNotice, parts: GuardQueueParts): Promise<void> {
  let notice: WorkspaceNotice;
  try {
    notice = readNotice(received.body);
  } catch (error) {
    // It would come again and again.
    parts.log.error(errorFacts(error), 'A message in the queue of the guard is none of its notices, and is dropped');
    return await received.done();
  }
  await tellOnce(notice.id, [guardNotice(notice)], parts);
  await received.done();
}
