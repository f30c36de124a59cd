/** Hands batches of flows to the server, the oldest first, for as long as there are any; then it waits to be told of the next. */
import { HoldfastError } from '../base/errors.ts';
import type { Alarm } from './alarm.ts';
import type { Attempts } from './attempts.ts';
import type { BatchSpool } from './batch-spool.ts';

export interface BatchSendingDeps {
  readonly spool: Pick<BatchSpool, 'oldest' | 'remove'>;
  readonly post: (bytes: Buffer) => Promise<unknown>;
  readonly attempts: Attempts;
  /** Rings when a batch was added. */
  readonly alarm: Alarm;
  readonly signal: AbortSignal;
  /** The server will never take it, and it is gone. */
  readonly onRefused: (error: HoldfastError) => void;
}

/** Nothing is missed by it: it only looks again. */
const LOOK_EVERY_MS = 60_000;

/** Goes on until it is aborted. A batch goes from the disk only when the server has it, or will never take it. */
export async function keepSendingBatches(deps: BatchSendingDeps): Promise<never> {
  const { spool, alarm, signal } = deps;
  for (;;) {
    signal.throwIfAborted();
    const oldest = await spool.oldest();
    if (oldest === null) await alarm.sleep(LOOK_EVERY_MS, signal);
    else await sendOne(oldest, deps);
  }
}

async function sendOne(
  { name, bytes }: { readonly name: string; readonly bytes: Buffer },
  { spool, post, attempts, onRefused }: BatchSendingDeps,
): Promise<void> {
  try {
    await attempts(() => post(bytes), isRefusal);
  } catch (error) {
    if (!(error instanceof HoldfastError) || !isRefusal(error)) throw error;
    onRefused(error);
  }
  await spool.remove(name);
}

/**
 * What a server of ours says about this batch, which will be no other the next time. Who may not send now may later; and 409 is of others
 * who changed the same findings at that moment, when the flows are stored and what was found in them is not told yet.
 */
function isRefusal({ status }: HoldfastError): boolean {
  return REFUSALS.has(status);
}

const REFUSALS = new Set([400, 413, 415, 422]);
