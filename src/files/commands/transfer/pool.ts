/** Runs `work` over `items`, at most `jobs` at a time, in order of their start. Resolves when all have ended. */
export async function inParallel<Item>(
  items: Iterable<Item>,
  jobs: number,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const iterator = items[Symbol.iterator]();
  let broken = false;
  const runner = async (): Promise<void> => {
    for (let next = iterator.next(); !next.done && !broken; next = iterator.next()) {
      try {
        await work(next.value);
      } catch (error) {
        broken = true;
        throw error;
      }
    }
  };
  // All are awaited even when one throws: nothing may go on behind the back of whoever cleans up.
  const ends = await Promise.allSettled(Array.from({ length: jobs }, runner));
  const failed = ends.find((end) => end.status === 'rejected');
  if (failed) throw failed.reason;
}
