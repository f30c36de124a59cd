/** What the log of a database on this host says of refused logins, beside what an agent sees on the wire. */
import { setTimeout as wait } from 'node:timers/promises';
import type { Clock } from '../../base/clock.ts';
import { HoldfastError } from '../../base/errors.ts';
import { type Analysis, MysqlLogTail, watchMysqlLog } from '../../network/index.ts';

type Looking = NonNullable<Analysis['detections']>;

export interface DatabaseLogParts {
  readonly detections: Looking;
  /** `null`: there is none that we can read. */
  readonly findLog: (signal: AbortSignal) => Promise<{ readonly path: string; readonly port: number } | null>;
  readonly againSeconds: number;
  readonly clock: Clock;
  /** Hears why it cannot be looked for or read, in one sentence each time; the capture goes on. */
  readonly onTrouble: (line: string) => void;
  readonly times?: { readonly lookMs: number; readonly findMs: number };
}

export interface DatabaseLog extends AsyncDisposable {
  readonly detections: Looking;
}

/** Guesses come over minutes, and a database is installed once. */
const TIMES = { lookMs: 30_000, findMs: 3_600_000 };

/** Looks for the log at once and then each hour until there is one. Disposing ends that. */
export function openDatabaseLog(parts: DatabaseLogParts): DatabaseLog {
  const { detections, findLog, againSeconds, clock, onTrouble, times = TIMES } = parts;
  const ending = new AbortController();
  const { signal } = ending;
  let now: Looking = detections;
  const tell = (what: string, error: unknown): void => {
    if (signal.aborted) return;
    onTrouble(`${what}: ${error instanceof HoldfastError ? error.message : (error as Error).name}`);
  };
  const watch = async (): Promise<void> => {
    for (;;) {
      const found = await findLog(signal).catch((error: unknown) => {
        tell('The log of a database could not be looked for', error);
        return null;
      });
      if (found !== null) {
        const tail = new MysqlLogTail(found.path);
        const watching = watchMysqlLog({ detections, tail, port: found.port, againSeconds, clock });
        now = watching.detections;
        for (;;) {
          await watching.look().catch((error: unknown) => tell('The log of the database is left out', error));
          await wait(times.lookMs, undefined, { signal });
        }
      }
      await wait(times.findMs, undefined, { signal });
    }
  };
  const watched = watch().catch((error: unknown) => {
    if (!signal.aborted) throw error;
  });
  return {
    detections: {
      conn: (record) => now.conn(record),
      protocol: (record) => now.protocol(record),
      arp: (...words) => now.arp(...words),
      take: (isEnd) => now.take(isEnd),
    },
    async [Symbol.asyncDispose]() {
      ending.abort();
      await watched;
    },
  };
}
