import { pipeline } from 'node:stream/promises';
import { zlibOnUse } from '../../base/node-on-use.ts';

/**
 * A zip archive (APPNOTE.TXT 6.3.10) as a stream: names in UTF-8, every file deflated, its sizes and CRC behind it, and
 * Zip64 where 32 or 16 bits do not hold. The directory at the end is what makes it an archive: a stream that breaks
 * before it is no zip to any program.
 */
export type ZipItem =
  | { readonly kind: 'folder'; readonly path: string; readonly modifiedMs: number }
  | {
      readonly kind: 'file';
      /** Segments separated by “/”; at most 65,535 bytes in UTF-8. */
      readonly path: string;
      readonly modifiedMs: number;
      /** Bytes; the content must have just so many. */
      readonly size: number;
      /** 0 stores what is compressed already, 9 takes longest. */
      readonly level: number;
      readonly read: () => AsyncIterable<Uint8Array>;
    };

/** From where on Zip64 is used; smaller in tests. */
export interface ZipLimits {
  readonly max32: number;
  readonly max16: number;
}

const LIMITS: ZipLimits = { max32: 0xff_ff_ff_ff, max16: 0xff_ff };

/** Deflate may make what cannot be compressed longer, by far less than this. */
const DEFLATE_MARGIN_BYTES = 16 * 2 ** 20;

const MADE_BY_UNIX_45 = (3 << 8) | 45;
const UTF8_NAME = 1 << 11;
const SIZES_FOLLOW = 1 << 3;
const DEFLATED = 8;

interface Written {
  readonly item: ZipItem;
  readonly name: Buffer;
  readonly offset: number;
  readonly crc: number;
  readonly packed: number;
  readonly size: number;
}

/** Throws what `items` and the reading of the files throw, and then the archive has no end. */
export async function* zipArchive(items: AsyncIterable<ZipItem>, limits: ZipLimits = LIMITS): AsyncGenerator<Buffer> {
  const written: Written[] = [];
  let offset = 0;
  for await (const item of items) {
    const name = Buffer.from(item.kind === 'folder' ? `${item.path}/` : item.path);
    if (name.length > 0xff_ff) throw new RangeError('a path in a zip has at most 65535 bytes');
    const start = offset;
    const long = item.kind === 'file' && item.size >= limits.max32 - Math.min(DEFLATE_MARGIN_BYTES, limits.max32 / 2);
    const head = localHeader(item, name, long);
    offset += head.length;
    yield head;
    if (item.kind === 'folder') {
      written.push({ item, name, offset: start, crc: 0, packed: 0, size: 0 });
      continue;
    }
    const sums = { crc: 0, size: 0, packed: 0 };
    for await (const piece of deflated(item, sums)) {
      offset += piece.length;
      yield piece;
    }
    const tail = dataDescriptor(sums, long);
    offset += tail.length;
    yield tail;
    written.push({ item, name, offset: start, ...sums });
  }
  const directoryAt = offset;
  for (const each of written) {
    const entry = directoryEntry(each, limits);
    offset += entry.length;
    yield entry;
  }
  yield directoryEnd({ count: written.length, at: directoryAt, bytes: offset - directoryAt }, limits);
}

async function* deflated(
  item: Extract<ZipItem, { kind: 'file' }>,
  sums: { crc: number; size: number; packed: number },
): AsyncGenerator<Buffer> {
  const zlib = zlibOnUse();
  const deflate = zlib.createDeflateRaw({ level: item.level });
  const feeding = pipeline(async function* () {
    for await (const piece of item.read()) {
      sums.crc = zlib.crc32(piece, sums.crc);
      sums.size += piece.byteLength;
      yield piece;
    }
    if (sums.size !== item.size) throw new RangeError(`a file of ${item.size} bytes had ${sums.size}`);
  }, deflate);
  // Whoever reads sees the error; here it must only not go unhandled.
  feeding.catch(() => undefined);
  try {
    for await (const piece of deflate as AsyncIterable<Buffer>) {
      sums.packed += piece.length;
      yield piece;
    }
    await feeding;
  } finally {
    deflate.destroy();
  }
}

function localHeader(item: ZipItem, name: Buffer, long: boolean): Buffer {
  const file = item.kind === 'file';
  const extra = Buffer.concat([timeExtra(item.modifiedMs), long ? zip64Extra([0, 0]) : Buffer.alloc(0)]);
  const head = Buffer.alloc(30);
  head.writeUInt32LE(0x04_03_4b_50, 0);
  head.writeUInt16LE(long ? 45 : 20, 4);
  head.writeUInt16LE(UTF8_NAME | (file ? SIZES_FOLLOW : 0), 6);
  head.writeUInt16LE(file ? DEFLATED : 0, 8);
  head.writeUInt32LE(dosTime(item.modifiedMs), 10);
  if (long) {
    head.writeUInt32LE(0xff_ff_ff_ff, 18);
    head.writeUInt32LE(0xff_ff_ff_ff, 22);
  }
  head.writeUInt16LE(name.length, 26);
  head.writeUInt16LE(extra.length, 28);
  return Buffer.concat([head, name, extra]);
}

function dataDescriptor({ crc, packed, size }: { crc: number; packed: number; size: number }, long: boolean): Buffer {
  const tail = Buffer.alloc(long ? 24 : 16);
  tail.writeUInt32LE(0x08_07_4b_50, 0);
  tail.writeUInt32LE(crc, 4);
  if (long) {
    tail.writeBigUInt64LE(BigInt(packed), 8);
    tail.writeBigUInt64LE(BigInt(size), 16);
  } else {
    tail.writeUInt32LE(packed, 8);
    tail.writeUInt32LE(size, 12);
  }
  return tail;
}

function directoryEntry({ item, name, offset, crc, packed, size }: Written, { max32 }: ZipLimits): Buffer {
  const file = item.kind === 'file';
  const wide = [size, packed, offset].filter((value) => value >= max32);
  const extra = Buffer.concat([timeExtra(item.modifiedMs), wide.length > 0 ? zip64Extra(wide) : Buffer.alloc(0)]);
  const short = (value: number): number => (value >= max32 ? 0xff_ff_ff_ff : value);
  const head = Buffer.alloc(46);
  head.writeUInt32LE(0x02_01_4b_50, 0);
  head.writeUInt16LE(MADE_BY_UNIX_45, 4);
  head.writeUInt16LE(wide.length > 0 ? 45 : 20, 6);
  head.writeUInt16LE(UTF8_NAME | (file ? SIZES_FOLLOW : 0), 8);
  head.writeUInt16LE(file ? DEFLATED : 0, 10);
  head.writeUInt32LE(dosTime(item.modifiedMs), 12);
  head.writeUInt32LE(crc, 16);
  head.writeUInt32LE(short(packed), 20);
  head.writeUInt32LE(short(size), 24);
  head.writeUInt16LE(name.length, 28);
  head.writeUInt16LE(extra.length, 30);
  // Unix modes in the upper half, the folder bit of DOS in the lower.
  head.writeUInt32LE(file ? 0o100644 * 0x1_00_00 : 0o040755 * 0x1_00_00 + 0x10, 38);
  head.writeUInt32LE(short(offset), 42);
  return Buffer.concat([head, name, extra]);
}

function directoryEnd({ count, at, bytes }: { count: number; at: number; bytes: number }, limits: ZipLimits): Buffer {
  const { max16, max32 } = limits;
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06_05_4b_50, 0);
  end.writeUInt16LE(count >= max16 ? 0xff_ff : count, 8);
  end.writeUInt16LE(count >= max16 ? 0xff_ff : count, 10);
  end.writeUInt32LE(bytes >= max32 ? 0xff_ff_ff_ff : bytes, 12);
  end.writeUInt32LE(at >= max32 ? 0xff_ff_ff_ff : at, 16);
  if (count < max16 && bytes < max32 && at < max32) return end;
  const long = Buffer.alloc(56 + 20);
  long.writeUInt32LE(0x06_06_4b_50, 0);
  long.writeBigUInt64LE(44n, 4);
  long.writeUInt16LE(MADE_BY_UNIX_45, 12);
  long.writeUInt16LE(45, 14);
  long.writeBigUInt64LE(BigInt(count), 24);
  long.writeBigUInt64LE(BigInt(count), 32);
  long.writeBigUInt64LE(BigInt(bytes), 40);
  long.writeBigUInt64LE(BigInt(at), 48);
  long.writeUInt32LE(0x07_06_4b_50, 56);
  long.writeBigUInt64LE(BigInt(at + bytes), 64);
  long.writeUInt32LE(1, 72);
  return Buffer.concat([long, end]);
}

function zip64Extra(values: readonly number[]): Buffer {
  const extra = Buffer.alloc(4 + 8 * values.length);
  extra.writeUInt16LE(0x00_01, 0);
  extra.writeUInt16LE(8 * values.length, 2);
  for (const [index, value] of values.entries()) extra.writeBigUInt64LE(BigInt(value), 4 + 8 * index);
  return extra;
}

/** Info-ZIP's extended timestamp: UTC to the second, where the field of DOS is local time to two seconds. */
function timeExtra(atMs: number): Buffer {
  const extra = Buffer.alloc(9);
  extra.writeUInt16LE(0x54_55, 0);
  extra.writeUInt16LE(5, 2);
  extra.writeUInt8(1, 4);
  extra.writeInt32LE(Math.max(-(2 ** 31), Math.min(2 ** 31 - 1, Math.floor(atMs / 1000))), 5);
  return extra;
}

/** In UTC, within the years that DOS knows. Time in the lower half, date in the upper. */
function dosTime(atMs: number): number {
  const at = new Date(Math.max(Date.UTC(1980), Math.min(Date.UTC(2107, 11, 31), atMs)));
  const time = (at.getUTCHours() << 11) | (at.getUTCMinutes() << 5) | (at.getUTCSeconds() >> 1);
  const date = ((at.getUTCFullYear() - 1980) << 9) | ((at.getUTCMonth() + 1) << 5) | at.getUTCDate();
  return date * 0x1_00_00 + time;
}
