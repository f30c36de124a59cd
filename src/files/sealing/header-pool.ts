import { makeHeader, newFileKey, type KeyRecipient } from '../../age/index.ts';
import type { Foreground } from '../foreground.ts';
import type { SealingThread } from './sealing-thread.ts';

/** A fresh file key, and the header of an age file that holds it for one recipient. */
export interface ReadyHeader {
  readonly fileKey: Buffer;
  readonly header: Buffer;
}

/**
 * Headers made ahead, on the thread, while nobody waits for it: wrapping a key post-quantum takes longer than all other
 * ciphering of a small file. Each is handed out once and never again.
 */
export interface HeaderPool {
  /** One that was made ahead, or else one made now. */
  take(recipient: KeyRecipient): ReadyHeader;
}

/** Who stores so many files is about to store more; for fewer the thread is not worth its start. */
const BEGIN_AT = 8;
/** Below this many the stock is filled up at once, beside what people wait for. */
const LOW = 128;
const FULL = 256;
/** Once nobody waits, it is filled up to this, for the recipient that was written to last: who stores many files again finds them made. */
const DEEP = 1024;
/** Not for those who store some files now and then: it takes an eighth of a second of the thread. */
const DEEP_AT = 256;
/** How long a moment is waited for in which nobody waits, before it is waited for again. */
const PATIENCE_MS = 60_000;
/** Made in one go: so long a piece of a large file waits at most. */
const AT_ONCE = 16;
/** Recipients (a drive each) with a stock of their own; about half a MiB each, and 2.5 MiB for one of them. */
const RECIPIENTS = 16;

interface Stock {
  readonly ready: ReadyHeader[];
  taken: number;
  /** Of these, since a deep stock was given last. */
  lately: number;
  isFilling: boolean;
  /** Filled up further while nobody waits. */
  isDeep: boolean;
}

export function openHeaderPool(thread: SealingThread, foreground: Pick<Foreground, 'isBusy' | 'quiet'>): HeaderPool {
  const never = new AbortController().signal;
  let isWaiting = false;
  // In order of last use: a Map iterates in order of insertion.
  const stocks = new Map<string, Stock>();

  const stockOf = (recipient: string): Stock => {
    const stock = stocks.get(recipient) ?? { ready: [], taken: 0, lately: 0, isFilling: false, isDeep: false };
    stocks.delete(recipient);
    stocks.set(recipient, stock);
    for (const oldest of stocks.keys()) {
      if (stocks.size <= RECIPIENTS) break;
      stocks.delete(oldest);
    }
    return stock;
  };

  const isWanted = ({ ready, isDeep }: Stock): boolean =>
    ready.length < FULL || (isDeep && ready.length < DEEP && !foreground.isBusy());

  const fill = async (stock: Stock, recipient: string): Promise<void> => {
    stock.isFilling = true;
    try {
      while (isWanted(stock) && stocks.get(recipient) === stock) {
        const job = thread.begin({ kind: 'headers', recipient, count: AT_ONCE }, { background: true });
        job.end();
        const { out } = await job.answer();
        for (let at = 0; at + 1 < out.length; at += 2) {
          stock.ready.push({ fileKey: bufferOf(out[at]), header: bufferOf(out[at + 1]) });
        }
      }
    } catch {
      // The thread ended; until it is there again headers are made when they are needed.
    } finally {
      stock.isFilling = false;
    }
  };

  /** Once nobody waits, the recipient that was written to last, of those with many files, gets a deep stock, and it alone. */
  const deepen = async (): Promise<void> => {
    if (isWaiting) return;
    isWaiting = true;
    do await foreground.quiet(PATIENCE_MS, never);
    while (foreground.isBusy());
    isWaiting = false;
    const last = [...stocks].findLast(([, { lately }]) => lately >= DEEP_AT);
    if (!last) return;
    for (const [recipient, stock] of stocks) {
      // Counted anew: drives that are written to by turns would each throw away what was made for the other.
      stock.lately = 0;
      stock.isDeep = recipient === last[0];
      if (!stock.isDeep) stock.ready.splice(FULL);
      else if (!stock.isFilling) void fill(stock, recipient);
    }
  };

  return {
    take(recipient) {
      const name = recipient.toString();
      const stock = stockOf(name);
      stock.taken += 1;
      stock.lately += 1;
      if (stock.taken >= BEGIN_AT) {
        if (stock.ready.length < LOW && !stock.isFilling) void fill(stock, name);
        if (stock.lately >= DEEP_AT) void deepen();
      }
      const ready = stock.ready.pop();
      if (ready) return ready;
      const fileKey = newFileKey();
      return { fileKey, header: makeHeader(fileKey, [recipient]) };
    },
  };
}

function bufferOf(bytes: Uint8Array | undefined): Buffer {
  if (!bytes) throw new TypeError('Headers come in pairs with their keys');
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
