/** Sends what is due, in the background and on one server at a time; deliver.ts holds when two do it all the same. */
import { errorFacts } from '../../base/error-facts.ts';
import { startLeasedLoop } from '../../storage/index.ts';
import { deliverDue, type DeliverDeps } from './deliver.ts';
import { dueMailboxes, nextDueMs } from './waiting.ts';

export interface OutboxDeps extends DeliverDeps {
  /** Names this process among the servers that share the records. */
  readonly holder: string;
}

export interface Outbox extends AsyncDisposable {
  /** There may be something to send; look now instead of at the next poll. */
  notify(): void;
  /** Sends until nothing is due, whoever holds the lease. */
  send(): Promise<void>;
}

export function startOutbox(deps: OutboxDeps): Outbox {
  const { records, clock, log } = deps;
  const { noticePollMs: pollMs, noticeLeaseMs: leaseMs, noticesAtOnce } = deps.settings;

  const sendDue = async (signal: AbortSignal): Promise<void> => {
    // Once for each mailbox: what stays due after it is for the next turn, and nothing here spins.
    const tried = new Set<string>();
    while (!signal.aborted) {
      const due = await dueMailboxes(records, clock(), Math.min(1000, noticesAtOnce + tried.size));
      const places = due.filter((place) => !tried.has(JSON.stringify(place))).slice(0, noticesAtOnce);
      if (places.length === 0) return;
      for (const place of places) tried.add(JSON.stringify(place));
      await Promise.all(
        places.map((place) =>
          deliverDue(deps, place, signal).catch((error: unknown) => {
            log.error({ channelId: place.channelId, ...errorFacts(error) }, 'A mailbox could not be worked on');
          }),
        ),
      );
    }
  };

  const loop = startLeasedLoop({
    ...deps,
    name: 'notice-outbox',
    leaseMs,
    pollMs,
    async work(signal) {
      await sendDue(signal);
      return nextDueMs(records);
    },
  });
  return {
    notify: () => loop.notify(),
    send: () => sendDue(loop.stopping),
    [Symbol.asyncDispose]: () => loop[Symbol.asyncDispose](),
  };
}
