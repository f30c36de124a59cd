import { storageErrors } from '../../storage/index.ts';

/**
 * The pieces of what `open` returns, unless the source stays silent for `stallMs`: then it is aborted, left behind, and
 * `store_unavailable` is thrown. Only the source's time counts; a slow reader may take as long as it likes.
 */
export async function* untilStalled<Piece>(
  stallMs: number,
  open: (signal: AbortSignal) => Promise<AsyncIterable<Piece>>,
): AsyncGenerator<Piece> {
  const abort = new AbortController();
  const inTime = async <Result>(work: Promise<Result>): Promise<Result> => {
    const { promise: stalled, reject } = Promise.withResolvers<never>();
    const timer = setTimeout(() => {
      const error = storageErrors('store_unavailable', { detail: `silent for ${stallMs} ms` });
      abort.abort(error);
      reject(error);
    }, stallMs);
    try {
      return await Promise.race([work, stalled]);
    } finally {
      clearTimeout(timer);
    }
  };

  const pieces = (await inTime(open(abort.signal)))[Symbol.asyncIterator]();
  try {
    for (;;) {
      const next = await inTime(pieces.next());
      if (next.done) return;
      yield next.value;
    }
  } finally {
    const released = Promise.resolve(pieces.return?.()).catch(() => undefined);
    // A source that hangs would hang its own release as well; abort has told it to end.
    if (!abort.signal.aborted) await released;
  }
}
