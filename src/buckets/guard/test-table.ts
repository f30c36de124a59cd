/** The {@link GuardTable} in memory, for tests. */
import type { Clock } from '../../base/clock.ts';
import type { GuardTable } from './table.ts';

type Row = {
  readonly untilMs: number;
  readonly isDone?: boolean;
  readonly spent?: number;
  readonly value?: object;
  readonly lines?: readonly string[];
};

export function testTable(clock: Clock): GuardTable {
  const rows = new Map<string, Row>();
  const read = (key: string): Row | undefined => {
    const row = rows.get(key);
    return row !== undefined && row.untilMs >= clock() ? row : undefined;
  };
  return {
    async claim(key, untilMs) {
      const row = read(key);
      if (row !== undefined) return row.isDone === true ? 'done' : 'taken';
      rows.set(key, { untilMs });
      return 'claimed';
    },
    async finish(key, untilMs) {
      rows.set(key, { untilMs, isDone: true });
    },
    async release(key) {
      rows.delete(key);
    },
    async spend(key, most, untilMs) {
      const spent = read(key)?.spent ?? 0;
      if (spent < most) rows.set(key, { untilMs, spent: spent + 1 });
      return spent < most;
    },
    async refund(key) {
      const row = read(key);
      if (row?.spent !== undefined) rows.set(key, { ...row, spent: row.spent - 1 });
    },
    async get(key) {
      return read(key)?.value ?? null;
    },
    async put(key, value, untilMs) {
      rows.set(key, { untilMs, value });
    },
    async append(key, lines) {
      rows.set(key, { untilMs: Infinity, lines: [...(read(key)?.lines ?? []), ...lines] });
    },
    async lines(key) {
      return read(key)?.lines ?? [];
    },
    async drop(key, count) {
      rows.set(key, { untilMs: Infinity, lines: (read(key)?.lines ?? []).slice(count) });
    },
    async [Symbol.asyncDispose]() {},
  };
}
