/**
 * What the guard of an account remembers between events, in a table of its own: which events it has dealt with, what it
 * told and changed, receipts, and what waits to be told. Everything goes away by itself after its time.
 */
export interface GuardTable extends AsyncDisposable {
  /**
   * Takes `key` until `untilMs`. `done`: it was finished before. `taken`: somebody else has it. What a process that died
   * had taken is free after its time.
   */
  claim(key: string, untilMs: number): Promise<'claimed' | 'done' | 'taken'>;
  finish(key: string, keptUntilMs: number): Promise<void>;
  release(key: string): Promise<void>;
  /** Counts one more under `key`; `false`: there were `most` already. */
  spend(key: string, most: number, keptUntilMs: number): Promise<boolean>;
  /** Takes back what {@link spend} counted last: it came to nothing. */
  refund(key: string): Promise<void>;
  /** `null`: nothing is kept there, or no longer. */
  get(key: string): Promise<unknown>;
  put(key: string, value: object, keptUntilMs: number): Promise<void>;
  /** Lines are kept until {@link drop} takes them away. */
  append(key: string, lines: readonly string[]): Promise<void>;
  lines(key: string): Promise<readonly string[]>;
  /** Takes the first `count` lines away. */
  drop(key: string, count: number): Promise<void>;
}

/** Where the receipt of a change is kept. */
export function receiptKey(receiptId: string): string {
  return `receipt ${receiptId}`;
}
