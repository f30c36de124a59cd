/** A zip archive of small files (APPNOTE.TXT 6.3.10), the same bytes for the same files: what every Windows unpacks by itself. */
import { zlibOnUse } from '../../base/node-on-use.ts';
import type { ArchivedFile } from '../../base/formats/tar.ts';

const LOCAL = 0x04034b50;
const CENTRAL = 0x02014b50;
const END = 0x06054b50;
const DEFLATED = 8;
const VERSION = 20;
/** 1980-01-01 in the form of MS-DOS, the earliest there is. */
const MODIFIED = 0x00210000;

export function zipOf(folder: string, files: readonly ArchivedFile[]): Buffer {
  const { crc32, deflateRawSync } = zlibOnUse();
  const pieces: Buffer[] = [];
  const central: Buffer[] = [];
  let offset = 0;
  for (const { path, bytes } of files) {
    const name = Buffer.from(`${folder}/${path}`);
    const packed = deflateRawSync(bytes, { level: 9 });
    // What both headers say of a file, 4.4.1 to 4.4.11.
    const common = Buffer.alloc(26);
    common.writeUInt16LE(VERSION, 0);
    common.writeUInt16LE(DEFLATED, 4);
    common.writeUInt32LE(MODIFIED, 6);
    common.writeUInt32LE(crc32(bytes), 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(bytes.length, 18);
    common.writeUInt16LE(name.length, 22);
    const local = Buffer.concat([word(LOCAL), common, name, packed]);
    // No comment, the first volume, no attributes, and where its own header is.
    const place = Buffer.alloc(14);
    place.writeUInt32LE(offset, 10);
    central.push(Buffer.concat([word(CENTRAL), Buffer.from([VERSION, 0]), common, place, name]));
    pieces.push(local);
    offset += local.length;
  }
  const list = Buffer.concat(central);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(files.length, 4);
  end.writeUInt16LE(files.length, 6);
  end.writeUInt32LE(list.length, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...pieces, list, word(END), end]);
}

function word(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
