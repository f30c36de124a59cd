import type { Clock } from '../../base/clock.ts';
import { systemClock } from '../../base/clock.ts';
import { hasCode, HoldfastError } from '../../base/errors.ts';
import type { RecordItem, RecordOperation, RecordStore } from './record-store.ts';

type LeaseValue = {
  /** Who has it, for people; which acquisition it is, is told by `epoch`. */
  readonly holder: string;
  readonly epoch: number;
  /** Until when by the holder's clock; 0 when it was given back. */
  readonly untilMs: number;
};

const SK = 'lease';

export interface LeaseOptions {
  /** How long the lease lasts without renewal, in ms. Renewed at a third of it. */
  readonly ttlMs: number;
  /** Words that tell people who has it, such as host and process. */
  readonly holder: string;
  readonly clock?: Clock;
  /**
   * How far the clocks of two servers may differ, in ms; default a quarter of `ttlMs`. Others wait this much longer
   * before they take a lease over that was not given back.
   */
  readonly skewMs?: number;
  /** Renew in the background; default true. Without it the caller calls `renew`. */
  readonly autoRenew?: boolean;
}

/** One job done by one server at a time. Disposing gives it back. */
export interface Lease extends AsyncDisposable {
  readonly name: string;
  /** Grows by one with every acquisition: whoever compares it can refuse a holder that was overtaken. */
  readonly epoch: number;
  /** Aborts when the lease is lost (somebody took it over, or it could not be renewed in time); not when given back. */
  readonly lost: AbortSignal;
  isHeld(): boolean;
  /** False when it was lost. Throws what the store throws; the lease then lasts until its time is over. */
  renew(): Promise<boolean>;
  /** For a transaction that may only take effect while the lease is held. A renewal meanwhile fails it with `record_conflict`. */
  guard(): RecordOperation;
}

/** The lease, or `null` while somebody else has it. */
export async function acquireLease(records: RecordStore, name: string, options: LeaseOptions): Promise<Lease | null> {
  const { ttlMs, holder, clock = systemClock, skewMs = ttlMs / 4, autoRenew = true } = options;
  const pk = `lease#${name}`;
  const present = await records.get<LeaseValue>(pk, SK);
  if (present && isInForce(present.value, clock(), ttlMs, skewMs)) return null;
  const value: LeaseValue = { holder, epoch: (present?.value.epoch ?? 0) + 1, untilMs: clock() + ttlMs };
  try {
    await records.transact([{ op: 'put', pk, sk: SK, value, if: present ? { revision: present.revision } : 'absent' }]);
  } catch (error) {
    if (hasCode(error, 'record_conflict')) return null;
    throw error;
  }
  const written = await records.get<LeaseValue>(pk, SK);
  if (!written || written.value.epoch !== value.epoch || written.value.holder !== holder) return null;
  return new HeldLease({ records, name, ttlMs, clock, autoRenew }, written);
}

/**
 * A lease that lasts longer than one can be is from a clock that was wrong: waiting for it could take days. All who
 * ask for a lease of one name therefore ask for the same `ttlMs`.
 */
function isInForce({ untilMs }: LeaseValue, nowMs: number, ttlMs: number, skewMs: number): boolean {
  return untilMs > 0 && untilMs + skewMs > nowMs && untilMs <= nowMs + ttlMs + skewMs;
}

interface HeldLeaseOptions {
  readonly records: RecordStore;
  readonly name: string;
  readonly ttlMs: number;
  readonly clock: Clock;
  readonly autoRenew: boolean;
}

class HeldLease implements Lease {
  readonly name: string;
  readonly epoch: number;
  readonly #options: HeldLeaseOptions;
  readonly #lost = new AbortController();
  readonly #renewTimer: NodeJS.Timeout | undefined;
  #item: RecordItem<LeaseValue>;
  #released = false;
  /** Renewals and the release go one after the other: each needs the revision that the one before made. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(options: HeldLeaseOptions, item: RecordItem<LeaseValue>) {
    this.name = options.name;
    this.epoch = item.value.epoch;
    this.#options = options;
    this.#item = item;
    if (!options.autoRenew) return;
    let renewing = false;
    this.#renewTimer = setInterval(() => {
      // Watches the time also while a renewal hangs. A store that fails is no loss yet: the next turn tries again.
      if (!this.isHeld() || renewing) return;
      renewing = true;
      this.renew()
        .catch(() => undefined)
        .finally(() => (renewing = false));
    }, options.ttlMs / 3);
    this.#renewTimer.unref();
  }

  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  isHeld(): boolean {
    if (this.#released || this.#lost.signal.aborted) return false;
    if (this.#options.clock() < this.#item.value.untilMs) return true;
    this.#lose();
    return false;
  }

  guard(): RecordOperation {
    return { op: 'check', pk: this.#item.pk, sk: this.#item.sk, if: { revision: this.#item.revision } };
  }

  async renew(): Promise<boolean> {
    return this.#inTurn(async () => {
      if (!this.isHeld()) return false;
      const untilMs = this.#options.clock() + this.#options.ttlMs;
      return this.#write({ ...this.#item.value, untilMs });
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#renewTimer);
    await this.#inTurn(async () => {
      if (!this.isHeld()) return;
      this.#released = true;
      try {
        // Kept with its epoch instead of deleted, so that the next holder's epoch is greater.
        await this.#write({ ...this.#item.value, untilMs: 0 });
      } catch (error) {
        // It runs out by itself. Whoever stops because the disk is full must be able to stop.
        if (!(error instanceof HoldfastError)) throw error;
      }
    });
  }

  async #write(value: LeaseValue): Promise<boolean> {
    const { records } = this.#options;
    const { pk, sk } = this.#item;
    for (;;) {
      let done = true;
      try {
        await records.transact([{ op: 'put', pk, sk, value, if: { revision: this.#item.revision } }]);
      } catch (error) {
        if (!hasCode(error, 'record_conflict')) throw error;
        done = false;
      }
      const present = await records.get<LeaseValue>(pk, sk);
      if (present?.value.epoch !== this.epoch || present.value.holder !== value.holder) {
        this.#lose();
        return false;
      }
      this.#item = present;
      if (done) return true;
      // Refused, yet still ours: the answer to an earlier write got lost. Now its revision is known.
    }
  }

  async #inTurn<Result>(step: () => Promise<Result>): Promise<Result> {
    const turn = this.#turn.then(step);
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  #lose(): void {
    clearInterval(this.#renewTimer);
    this.#lost.abort(new Error(`The lease "${this.name}" was lost`));
  }
}
