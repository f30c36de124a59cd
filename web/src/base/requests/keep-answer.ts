import type { InferDataFromTag, QueryClient, QueryKey } from '@tanstack/react-query';

/**
 * What an act was answered is how it is now. What is being asked for at that moment may be of before, and would put it back: it is
 * called off first.
 */
export async function keepAnswer<Key extends QueryKey>(
  queries: QueryClient,
  { queryKey }: { readonly queryKey: Key },
  now: InferDataFromTag<unknown, Key>,
): Promise<void> {
  await queries.cancelQueries({ queryKey });
  queries.setQueryData(queryKey, now);
}
