import { isGzip, peeked } from './peeked.ts';
import { unpacked } from './text-lines.ts';

/** Of names of fields and of numbers, both of which are text. */
const BEGINS_AS_LOG = /^[a-z\d-][\x20-\x7e\r\n]*$/;
const FIRST_BYTES = 24;

export interface SortedInput {
  /** Whether it begins as a flow log does, which is then unpacked. */
  readonly isFlowLog: boolean;
  /** Of what is packed and no flow log no more than it begins with. */
  readonly pieces: AsyncIterable<Uint8Array>;
}

/** Looks whether it is a flow log or something else, by how it begins. Throws what reading throws; what cannot be unpacked is none. */
export async function flowLogIn(pieces: AsyncIterable<Uint8Array>): Promise<SortedInput> {
  const { first, all } = await peeked(pieces, FIRST_BYTES);
  if (!isGzip(first)) return { isFlowLog: beginsAsLog(first), pieces: all };
  const begin = await peeked(await unpacked(all), FIRST_BYTES).catch(() => null);
  if (begin !== null && beginsAsLog(begin.first)) return { isFlowLog: true, pieces: begin.all };
  await begin?.release();
  return { isFlowLog: false, pieces: only(first) };
}

function beginsAsLog(first: Uint8Array): boolean {
  return BEGINS_AS_LOG.test(Buffer.from(first.subarray(0, FIRST_BYTES)).toString('latin1'));
}

async function* only(piece: Uint8Array): AsyncGenerator<Uint8Array> {
  yield piece;
}
