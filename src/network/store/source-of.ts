import type { NoticeRecord } from '../records/notice-record.ts';
import { protocolLogs, type FlowStore, type RangeQuery, type SourceView } from './flow-store.ts';
import { canonical } from './notice-page.ts';
import { sourceView } from './source-view.ts';

/** More flows of one address than anybody reads; beyond it the newest are told of. */
const MOST_OF_A_SOURCE = 20_000;
const PAGE = 1000;

export interface SourceReader extends Pick<FlowStore, 'flows' | 'logs'> {
  readonly noticesOf: (range: RangeQuery & { readonly address: string }) => Promise<readonly NoticeRecord[]>;
  /** Seconds of its first flow, of all that is kept; `null`: it has none. */
  readonly firstTimeOf: (address: string) => Promise<number | null>;
}

/** Throws `flows_query_invalid`. */
export async function sourceOf(reader: SourceReader, given: string, range: RangeQuery): Promise<SourceView> {
  const address = canonical(given);
  const query = { ...range, address, limit: PAGE };
  const { all: flows, isWhole: hasAllFlows } = await pages(async (cursor) => {
    const { flows: items, next } = await reader.flows({ ...query, cursor });
    return { items, next };
  });
  const logs = [];
  let isWhole = hasAllFlows;
  for (const kind of protocolLogs) {
    // Nobody logs in there.
    if (kind === 'dns' || kind === 'ssl') continue;
    const read = await pages(async (cursor) => {
      const { records: items, next } = await reader.logs(kind, { ...query, cursor });
      return { items, next };
    });
    logs.push(...read.all);
    isWhole &&= read.isWhole;
  }
  const earlier = await reader.flows({ ...query, from: 0, to: range.from, limit: 1 });
  const later = await reader.flows({ ...query, from: range.to, to: AT_ALL, limit: 1 });
  const before = earlier.flows[0]?.ts ?? null;
  return sourceView({
    ...{ address, flows, logs, before, isWhole, from: range.from },
    firstSeen: await reader.firstTimeOf(address),
    lastSeen: later.flows[0]?.ts ?? flows[0]?.ts ?? before,
    notices: await reader.noticesOf({ ...range, address }),
  });
}

/** Seconds, past all times that can be written. */
const AT_ALL = 8e9;

async function pages<Item>(
  read: (cursor: string | undefined) => Promise<{ readonly items: readonly Item[]; readonly next: string | null }>,
): Promise<{ readonly all: readonly Item[]; readonly isWhole: boolean }> {
  const all: Item[] = [];
  let cursor: string | undefined;
  do {
    const { items, next } = await read(cursor);
    all.push(...items);
    cursor = next ?? undefined;
  } while (cursor !== undefined && all.length < MOST_OF_A_SOURCE);
  return { all, isWhole: cursor === undefined };
}
