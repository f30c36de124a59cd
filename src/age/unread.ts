/**
 * What is left of a stream after a look at its start: `first`, then whatever `iterator` still has. No generator,
 * because each layer of those costs every piece three more promises.
 */
export function unread(first: Uint8Array, iterator: AsyncIterator<Uint8Array>): AsyncIterable<Uint8Array> {
  let isFirst = first.length > 0;
  return {
    [Symbol.asyncIterator]: () => ({
      next() {
        if (!isFirst) return iterator.next();
        isFirst = false;
        return Promise.resolve({ done: false, value: first });
      },
      async return() {
        await iterator.return?.();
        return { done: true, value: undefined };
      },
    }),
  };
}
