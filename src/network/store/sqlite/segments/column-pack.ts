/**
 * Numbers of many rows, one column after the other, each as narrow as its largest allows: most columns of flows are small numbers
 * or all the same. A part begins with three doubles for each column: bytes of a number, what all of them are counted from, where they lie.
 */
export type Numbers = Uint8Array | Uint16Array | Uint32Array | Float64Array;
/** Columns on their way into a part: whole numbers from 0 on. */
export type Whole = Uint32Array | Float64Array;

const HEAD = 3;
const ALIGNED = 8;

/** `rows` of each column. */
export function packColumns(columns: readonly Whole[], rows: number): Uint8Array {
  const plans = columns.map((column) => planOf(column, rows));
  let size = columns.length * HEAD * 8;
  const offsets = plans.map(({ width }) => {
    const offset = size;
    size += Math.ceil((width * rows) / ALIGNED) * ALIGNED;
    return offset;
  });
  const buffer = new ArrayBuffer(size);
  const head = new Float64Array(buffer, 0, columns.length * HEAD);
  for (const [index, column] of columns.entries()) {
    const { width, base } = plans[index]!;
    const offset = offsets[index]!;
    head.set([width, base, offset], index * HEAD);
    const to = numbersAt(buffer, offset, width, rows);
    if (width > 0) copy(column, to, base, rows);
  }
  return new Uint8Array(buffer);
}

function copy(from: Whole, to: Numbers, base: number, rows: number): void {
  for (let row = 0; row < rows; row += 1) to[row] = from[row]! - base;
}

function planOf(column: Whole, rows: number): { readonly width: number; readonly base: number } {
  if (isAllTheSame(column, rows)) return { width: 0, base: column[0] ?? 0 };
  let [least, most] = [column[0] ?? 0, column[0] ?? 0];
  for (let row = 1; row < rows; row += 1) {
    const value = column[row]!;
    if (value < least) least = value;
    else if (value > most) most = value;
  }
  const span = most - least;
  if (span < 2 ** 8) return { width: 1, base: least };
  if (span < 2 ** 16) return { width: 2, base: least };
  return span < 2 ** 32 ? { width: 4, base: least } : { width: 8, base: 0 };
}

/** Each held against the one before it, as bytes: a hundred times quicker than as numbers, and half of all columns are. */
function isAllTheSame({ buffer, byteOffset, BYTES_PER_ELEMENT: size }: Whole, rows: number): boolean {
  if (rows === 0) return true;
  const bytes = Buffer.from(buffer, byteOffset, rows * size);
  return bytes.subarray(size).equals(bytes.subarray(0, bytes.length - size));
}

/** One column as it lies there: a number of a row is `values[row] + base`. */
export interface Column {
  readonly values: Numbers;
  readonly base: number;
}

/** Throws a `RangeError` when the bytes cannot be what was packed. */
export function columnOf(part: Uint8Array, index: number, rows: number): Column {
  // Views of wider numbers need their place in memory to be a multiple of eight.
  const bytes = part.byteOffset % ALIGNED === 0 ? part : Uint8Array.from(part);
  const head = new Float64Array(bytes.buffer, bytes.byteOffset + index * HEAD * 8, HEAD);
  const [width, base, offset] = [head[0]!, head[1]!, head[2]!];
  if (offset + width * rows > bytes.length) throw new RangeError('A column ends behind its part');
  return { values: numbersAt(bytes.buffer, bytes.byteOffset + offset, width, rows), base };
}

let zeros = new Uint8Array(65_536);

function numbersAt(buffer: ArrayBufferLike, offset: number, width: number, rows: number): Numbers {
  if (width === 1) return new Uint8Array(buffer, offset, rows);
  if (width === 2) return new Uint16Array(buffer, offset, rows);
  if (width === 4) return new Uint32Array(buffer, offset, rows);
  if (width === 8) return new Float64Array(buffer, offset, rows);
  if (width !== 0) throw new RangeError(`Numbers of ${width} bytes`);
  if (zeros.length < rows) zeros = new Uint8Array(rows);
  return zeros;
}
