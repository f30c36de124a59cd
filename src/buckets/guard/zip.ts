/** A zip with one file in it, as Lambda takes its code; the same bytes for the same file, so that its hash can name it. */
import { crc32, deflateRawSync } from 'node:zlib';

/** Of 1980-01-01, the first day that the format knows (APPNOTE.TXT 4.4.6). */
const DATE = 0x0021;
/** Readable for everybody, as Lambda wants it. */
const MODE = 0o100644;
const DEFLATED = 8;

export function zipOf(name: string, content: Uint8Array): Buffer {
  const path = Buffer.from(name);
  const packed = deflateRawSync(content, { level: 9 });
  const sum = crc32(content);
  // What both headers say of the file (APPNOTE.TXT 4.3.7, 4.3.12).
  const facts = Buffer.alloc(26);
  facts.writeUInt16LE(20, 0);
  facts.writeUInt16LE(DEFLATED, 4);
  facts.writeUInt16LE(DATE, 8);
  facts.writeUInt32LE(sum, 10);
  facts.writeUInt32LE(packed.length, 14);
  facts.writeUInt32LE(content.length, 18);
  facts.writeUInt16LE(path.length, 22);
  const local = Buffer.concat([signature(0x04034b50), facts, path, packed]);

  const more = Buffer.alloc(14);
  more.writeUInt32LE(MODE * 0x10000, 6);
  // Made by Unix: the mode above counts.
  const central = Buffer.concat([signature(0x02014b50), Buffer.from([20, 3]), facts, more, path]);

  const end = Buffer.alloc(18);
  end.writeUInt16LE(1, 4);
  end.writeUInt16LE(1, 6);
  end.writeUInt32LE(central.length, 8);
  end.writeUInt32LE(local.length, 12);
  return Buffer.concat([local, central, signature(0x06054b50), end]);
}

function signature(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value, 0);
  return bytes;
}
