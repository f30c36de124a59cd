/** Visitors' names are taken once in a workspace of several servers, by a record each. */
import type { Clock } from '../../base/clock.ts';
import { errorFacts } from '../../base/error-facts.ts';
import { hasCode } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import { repeat } from '../../base/timing/repeat.ts';
import type { RecordCondition, RecordOperation, RecordStore } from '../../storage/index.ts';
import { keys, type NameRow } from './records.ts';

export interface ClaimedNames extends AsyncDisposable {
  /** False while somebody has it, on whichever server that lives. */
  take(folded: string): Promise<boolean>;
  release(folded: string): Promise<void>;
}

export interface ClaimedNamesDeps {
  readonly records: RecordStore;
  /** 32 bytes, the same on every server. */
  readonly hashKey: Buffer;
  readonly serverId: string;
  /** How often a server says that it lives; after three times as long its names are free. */
  readonly everyMs: number;
  readonly clock: Clock;
  readonly log: Log;
}

/** A row that nobody renews any more goes by itself; of a server that lives it is renewed at half of it. */
const ROW_MS = 86_400_000;
/** A transaction holds 100 operations. */
const RENEWED_AT_ONCE = 100;

export function openClaimedNames({ records, hashKey, serverId, everyMs, clock, log }: ClaimedNamesDeps): ClaimedNames {
  /** By folded name: when its row was last written. */
  const mine = new Map<string, number>();
  let alive: Promise<void> | undefined;

  const sayAlive = async (): Promise<void> => {
    const expiresAtMs = clock() + 3 * everyMs;
    await records.transact([{ op: 'put', ...keys.server(serverId), value: {}, expiresAtMs }]);
  };
  const claim = (folded: string, condition?: RecordCondition): RecordOperation => ({
    op: 'put',
    ...keys.name(hashKey, folded),
    value: { serverId } satisfies NameRow,
    expiresAtMs: clock() + ROW_MS,
    ...(condition === undefined ? {} : { if: condition }),
  });
  const put = async (folded: string, condition: RecordCondition): Promise<boolean> => {
    try {
      await records.transact([claim(folded, condition)]);
      mine.set(folded, clock());
      return true;
    } catch (error) {
      if (hasCode(error, 'record_conflict')) return false;
      throw error;
    }
  };
  const renew = async (): Promise<void> => {
    await sayAlive();
    const old = [...mine].filter(([, writtenMs]) => writtenMs < clock() - ROW_MS / 2).slice(0, RENEWED_AT_ONCE);
    if (old.length === 0) return;
    await records.transact(old.map(([folded]) => claim(folded)));
    for (const [folded] of old) if (mine.has(folded)) mine.set(folded, clock());
  };
  const rounds = repeat(everyMs, async () => {
    if (alive === undefined) return;
    await renew().catch((error: unknown) => log.warn(errorFacts(error), 'Names on the line could not be renewed'));
  });

  return {
    async take(folded) {
      alive ??= sayAlive().catch((error: unknown) => {
        alive = undefined;
        throw error;
      });
      await alive;
      if (await put(folded, 'absent')) return true;
      const { pk, sk } = keys.name(hashKey, folded);
      const row = await records.get<NameRow>(pk, sk);
      if (row === null) return await put(folded, 'absent');
      const server = keys.server(row.value.serverId);
      if ((await records.get(server.pk, server.sk)) !== null) return false;
      // Its server died with it.
      return await put(folded, { revision: row.revision });
    },
    async release(folded) {
      if (!mine.delete(folded)) return;
      const { pk, sk } = keys.name(hashKey, folded);
      try {
        const row = await records.get<NameRow>(pk, sk);
        // Another server took it over when this one was thought to be dead.
        if (row?.value.serverId !== serverId) return;
        await records.transact([{ op: 'delete', pk, sk, if: { revision: row.revision } }]);
      } catch (error) {
        log.warn(errorFacts(error), 'A name on the line could not be given back');
      }
    },
    async [Symbol.asyncDispose]() {
      await rounds[Symbol.asyncDispose]();
      if (alive === undefined) return;
      await records
        .transact([{ op: 'delete', ...keys.server(serverId) }])
        .catch((error: unknown) => log.warn(errorFacts(error), 'The end of this server could not be noted'));
    },
  };
}
