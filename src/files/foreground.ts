/** Counts what people wait for, so that work in the background can give way to it. */
export interface Foreground {
  readonly isBusy: () => boolean;
  during<Result>(act: () => Promise<Result>): Promise<Result>;
  /** Counts from the first piece that is asked for to the end. */
  stream<Piece>(pieces: AsyncGenerator<Piece>): AsyncGenerator<Piece>;
}

export function watchForeground(): Foreground {
  let waiting = 0;
  return {
    isBusy: () => waiting > 0,
    async during(act) {
      waiting += 1;
      try {
        return await act();
      } finally {
        waiting -= 1;
      }
    },
    async *stream(pieces) {
      waiting += 1;
      try {
        yield* pieces;
      } finally {
        waiting -= 1;
      }
    },
  };
}
