import type { RecordItem, RecordStore } from '../../storage/index.ts';
import type { DriveAccess } from '../keys/access.ts';
import { seal, unseal } from '../../base/crypto/sealed-box.ts';
import type { Key } from '../records.ts';
import type { Listed } from './order.ts';

/**
 * The index of a large folder: what sorted lists and searches need of its entries, in order of names, sealed in
 * segments of some hundred. It is a copy to be quick with; the entries' own rows stay the truth, and what a list
 * shows is read from them. Segments never change: a new head names the ones that took their place.
 */
export type HeadRow = {
  /** The order that the segments stand in; one of another order is no use and is built anew. */
  readonly order: string;
  /** In order of names. */
  readonly segments: readonly SegmentRef[];
};

export type SegmentRef = { readonly id: string; readonly count: number };

/** Changes with `nameKey` and with what Unicode says of letters: no folder is read in an order it does not stand in. */
const ORDER = `1 ${process.versions['unicode'] ?? ''}`;

export function newHead(segments: readonly SegmentRef[]): HeadRow {
  return { order: ORDER, segments };
}

/** False for what a server of another version left. */
export function isInOrder(head: HeadRow): boolean {
  return head.order === ORDER;
}

type SegmentRow = { readonly generation: number; readonly sealed: string };

/** Names segments that are being written, or that a head no longer names: what a crash leaves is removed by it. */
export type WorkRow = { readonly sinceMs: number; readonly segments: readonly string[] };

export const WORK_PREFIX = 'index#work#';

export const indexKeys = {
  head: (folderId: string): Key => ({ pk: `folder#${folderId}`, sk: 'index#head' }),
  segment: (folderId: string, id: string): Key => ({ pk: `folder#${folderId}`, sk: `index#segment#${id}` }),
  work: (folderId: string, id: string): Key => ({ pk: `folder#${folderId}`, sk: WORK_PREFIX + id }),
};

/** Entries in one segment at most, and bytes of them before they are sealed: a record holds 350 KiB of base64. */
export const MAX_ITEMS = 1000;
const MAX_BYTES = 192 * 1024;
/** Segments are filled up to a multiple of this, so that their size tells little of the names. */
const BLOCK_BYTES = 4096;

export async function readHead(records: RecordStore, folderId: string): Promise<RecordItem<HeadRow> | null> {
  const at = indexKeys.head(folderId);
  return records.get<HeadRow>(at.pk, at.sk);
}

/** `null` when it is gone, because another index took its place, or when it is not one that was sealed here. */
export async function readSegment(
  records: RecordStore,
  access: DriveAccess,
  folderId: string,
  id: string,
): Promise<readonly Listed[] | null> {
  const at = indexKeys.segment(folderId, id);
  const item = await records.get<SegmentRow>(at.pk, at.sk);
  if (!item) return null;
  const { generation, sealed } = item.value;
  const plain = unseal(access.keys.generation(generation).recordsKey, context(access, folderId, id), sealed);
  if (!plain) return null;
  const tuples = JSON.parse(plain.toString()) as [string, string, number, number, number | null][];
  return tuples.map(([entryId, name, createdMs, modifiedMs, size]) => ({
    entryId,
    name,
    createdMs,
    modifiedMs,
    size,
  }));
}

/** Items as they stand in a segment, and where one segment ends and the next begins: evenly, within both limits. */
export function cutIntoSegments(items: readonly Listed[]): Listed[][] {
  const sizes = items.map((item) => Buffer.byteLength(spelled(item)) + 1);
  const bytes = sizes.reduce((sum, size) => sum + size, 0);
  const parts = Math.max(Math.ceil(items.length / MAX_ITEMS), Math.ceil(bytes / (MAX_BYTES / 2)));
  const target = Math.ceil(items.length / Math.max(1, parts));
  const cut: Listed[][] = [];
  let [part, partBytes]: [Listed[], number] = [[], 0];
  for (const [index, item] of items.entries()) {
    const size = sizes[index] ?? 0;
    if (part.length === target || partBytes + size > MAX_BYTES) {
      cut.push(part);
      [part, partBytes] = [[], 0];
    }
    part.push(item);
    partBytes += size;
  }
  if (part.length > 0) cut.push(part);
  return cut;
}

export function segmentRow(access: DriveAccess, folderId: string, id: string, items: readonly Listed[]): SegmentRow {
  const json = Buffer.from(`[${items.map(spelled).join(',')}]`);
  // Spaces after JSON mean nothing.
  const padded = Buffer.alloc(Math.ceil(json.length / BLOCK_BYTES) * BLOCK_BYTES, ' ');
  json.copy(padded);
  const { number: generation, recordsKey } = access.keys.newest;
  return { generation, sealed: seal(recordsKey, context(access, folderId, id), padded) };
}

function spelled({ entryId, name, createdMs, modifiedMs, size }: Listed): string {
  return JSON.stringify([entryId, name, createdMs, modifiedMs, size]);
}

function context(access: DriveAccess, folderId: string, id: string): string[] {
  return ['holdfast/v1/folder-index', access.driveId, folderId, id];
}
