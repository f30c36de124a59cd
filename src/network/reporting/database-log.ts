/** What the log of a database on this computer says of refused logins, beside what a live capture sees on the wire. */
import { setTimeout as wait } from 'node:timers/promises';
import type { Clock } from '../../base/clock.ts';
import { HoldfastError } from '../../base/errors.ts';
import { MysqlLogTail } from './mysql-log-tail.ts';
import { type MysqlWatch, watchMysqlLog } from './watch-mysql-log.ts';

type Looking = MysqlWatch['detections'];

export interface FoundLog {
  readonly path: string;
  /** Where that database listens. */
  readonly port: number;
}

export interface DatabaseLogParts {
  readonly detections: Looking;
  /** `null`: there is none that we can read. */
  readonly findLog: (signal: AbortSignal) => Promise<FoundLog | null>;
  readonly againSeconds: number;
  readonly clock: Clock;
  /** Hears which log is watched from now on. */
  readonly onFound?: (found: FoundLog) => void;
  /** Hears why it cannot be looked for or read, in one sentence, once for each reason until it can be read again; the capture goes on. */
  readonly onTrouble: (line: string) => void;
  readonly times?: { readonly lookMs: number; readonly findMs: number };
}

export interface DatabaseLog extends AsyncDisposable {
  readonly detections: Looking;
  /** For the end of a capture, when all its flows are over: what was written until now is in what is taken next, and nobody looks any more. */
  readonly lastLook: () => Promise<void>;
}

/** Guesses come over minutes, and a database is installed once. */
const TIMES = { lookMs: 30_000, findMs: 3_600_000 };

/** Looks for the log at once and then each hour until there is one. Disposing ends that. */
export function openDatabaseLog(parts: DatabaseLogParts): DatabaseLog {
  const { detections, findLog, againSeconds, clock, onFound, onTrouble, times = TIMES } = parts;
  const ending = new AbortController();
  const { signal } = ending;
  let now: Looking = detections;
  let watching: MysqlWatch | null = null;
  let told = '';
  const tell = (what: string, error: unknown): void => {
    const line = `${what}: ${error instanceof HoldfastError ? error.message : (error as Error).name}`;
    if (line !== told) onTrouble(line);
    told = line;
  };
  /** Whether it could be read. */
  const look = async (from: MysqlWatch, isEnd: boolean): Promise<boolean> => {
    try {
      await from.look(isEnd);
      told = '';
      return true;
    } catch (error) {
      tell('The log of the database is left out', error);
      return false;
    }
  };
  const watch = async (): Promise<void> => {
    for (;;) {
      const found = await findLog(signal).catch((error: unknown) => {
        if (!signal.aborted) tell('The log of a database could not be looked for', error);
        return null;
      });
      if (found !== null) {
        const tail = new MysqlLogTail(found.path);
        watching = watchMysqlLog({ detections, tail, port: found.port, againSeconds, clock });
        now = watching.detections;
        // What stands there by then is of before.
        if (await look(watching, false)) onFound?.(found);
        for (;;) {
          await wait(times.lookMs, undefined, { signal });
          await look(watching, false);
        }
      }
      await wait(times.findMs, undefined, { signal });
    }
  };
  const watched = watch().catch((error: unknown) => {
    if (!signal.aborted) throw error;
  });
  const end = async (): Promise<void> => {
    ending.abort();
    await watched;
  };
  return {
    detections: {
      conn: (record) => now.conn(record),
      protocol: (record) => now.protocol(record),
      arp: (...words) => now.arp(...words),
      take: (...words) => now.take(...words),
    },
    async lastLook() {
      await end();
      if (watching !== null) await look(watching, true);
    },
    [Symbol.asyncDispose]: end,
  };
}
