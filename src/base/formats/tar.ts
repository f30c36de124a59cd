/** A tar archive of small files (POSIX.1-2017, pax: ustar), the same bytes for the same files. */

export interface ArchivedFile {
  /** `native/prelude.sh`: below the one folder of the archive. */
  readonly path: string;
  readonly bytes: Uint8Array;
}

const BLOCK = 512;
/** No time of a file says anything here; programs complain of one at the beginning of the epoch. 1980-01-01. */
const MODIFIED_S = 315_532_800;

/** Nothing in it may be run by itself: where programs are looked for that do not belong, it should not be one. */
export function tarOf(folder: string, files: readonly ArchivedFile[]): Buffer {
  const folders = new Set([folder]);
  for (const { path } of files) {
    const parts = path.split('/').slice(0, -1);
    for (const at of parts.keys()) folders.add([folder, ...parts.slice(0, at + 1)].join('/'));
  }
  return Buffer.concat([
    ...[...folders].toSorted().map((path) => header(`${path}/`, 0)),
    ...files.flatMap(({ path, bytes }) => [
      header(`${folder}/${path}`, bytes.length),
      bytes,
      Buffer.alloc((BLOCK - (bytes.length % BLOCK)) % BLOCK),
    ]),
    Buffer.alloc(2 * BLOCK),
  ]);
}

function header(path: string, size: number): Buffer {
  const isFolder = path.endsWith('/');
  const block = Buffer.alloc(BLOCK);
  // Longer names would be cut at a slash into two fields; no file that goes in has one.
  if (Buffer.byteLength(path) > 100) throw new RangeError(`The name ${path} is longer than 100 bytes`);
  const octal = (value: number, length: number): string => value.toString(8).padStart(length - 1, '0');
  block.write(path, 0);
  block.write(octal(isFolder ? 0o755 : 0o644, 8), 100);
  for (const at of [108, 116]) block.write(octal(0, 8), at);
  block.write(octal(size, 12), 124);
  block.write(octal(MODIFIED_S, 12), 136);
  block.write(' '.repeat(8), 148);
  block.write(isFolder ? '5' : '0', 156);
  block.write('ustar\0', 257);
  block.write('00', 263);
  block.write('root', 265);
  block.write('root', 297);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${octal(sum, 7)}\0 `, 148);
  return block;
}
