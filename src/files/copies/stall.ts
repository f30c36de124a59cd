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
  const pieces = (await inTime(stallMs, abort, open(abort.signal)))[Symbol.asyncIterator]();
  try {
    for (;;) {
      const next = await inTime(stallMs, abort, pieces.next());
      if (next.done) return;
      yield next.value;
    }
  } finally {
    const released = Promise.resolve(pieces.return?.()).catch(() => undefined);
    // A source that hangs would hang its own release as well; abort has told it to end.
    if (!abort.signal.aborted) await released;
  }
}

/** What `read` resolves to, unless that takes `stallMs`: for what is small. However it fails, the signal tells the source to end. */
export async function unlessStalled<Result>(
  stallMs: number,
  read: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const abort = new AbortController();
  try {
    return await inTime(stallMs, abort, read(abort.signal));
  } catch (error) {
    abort.abort(error);
    throw error;
  }
}

function inTime<Result>(stallMs: number, abort: AbortController, work: Promise<Result>): Promise<Result> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      const error = storageErrors('store_unavailable', { detail: `silent for ${stallMs} ms` });
      abort.abort(error);
      reject(error);
    }, stallMs);
    const done =
      <Outcome>(tell: (outcome: Outcome) => void) =>
      (outcome: Outcome) => {
        clearTimeout(timer);
        tell(outcome);
      };
    work.then(done(resolve), done(reject));
  });
}
