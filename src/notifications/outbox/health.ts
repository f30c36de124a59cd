import type { RecordItem, RecordOperation, RecordStore } from '../../storage/index.ts';
import { HEALTH, keys } from '../records.ts';

/** How deliveries by one channel went lately, whoever they were for. */
export type Health = {
  /** `null`: never. */
  readonly lastDeliveredMs: number | null;
  /** Since when every delivery failed; `null`: the last one did not. */
  readonly failingSinceMs: number | null;
  readonly lastCode: string | null;
};

export const UNUSED: Health = { lastDeliveredMs: null, failingSinceMs: null, lastCode: null };

export function succeeded(channelId: string, nowMs: number): RecordOperation {
  const value: Health = { lastDeliveredMs: nowMs, failingSinceMs: null, lastCode: null };
  return { op: 'put', ...keys.health(channelId), value };
}

/** Deliveries to several people at once may overwrite each other's word on it; the next one sets it right. */
export async function failed(
  records: RecordStore,
  channelId: string,
  nowMs: number,
  code: string,
): Promise<RecordOperation> {
  const { pk, sk } = keys.health(channelId);
  const before = (await records.get<Health>(pk, sk))?.value ?? UNUSED;
  const value: Health = { ...before, failingSinceMs: before.failingSinceMs ?? nowMs, lastCode: code };
  return { op: 'put', pk, sk, value };
}

export async function allHealth(records: RecordStore): Promise<ReadonlyMap<string, Health>> {
  const { items }: { items: readonly RecordItem<Health>[] } = await records.query<Health>(HEALTH, { limit: 1000 });
  return new Map(items.map(({ sk, value }) => [sk, value]));
}
