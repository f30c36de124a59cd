import { formatTime } from '../../base/text/quantities.ts';
import type { FlowStore, RangeQuery } from '../store/flow-store.ts';

/**
 * What stands where there is nothing to list. It is good news only where somebody watched: `nothing` is said then, and
 * else that nobody knows, and what to do about it.
 */
export async function nothingKept(store: FlowStore, range: RangeQuery, nothing: string): Promise<readonly string[]> {
  if ((await store.sensors(range)).length > 0) return [nothing];
  const { newest } = await store.usage();
  return [
    'Nobody watched in this time, so nothing is known of it.',
    newest === null
      ? 'Watch first: sudo holdfast network capture -i eth0 --keep (or network read -r FILE --keep)'
      : `The newest flow that is kept here began ${formatTime(newest * 1000)}: ask for a longer time with --since.`,
  ];
}
