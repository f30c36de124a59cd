/**
 * Makes notices of events, in the background and on one server at a time. The lease saves work; that nothing is told
 * twice or lost lies in the transactions of gather.ts and spread.ts.
 */
import { startLeasedLoop } from '../../storage/index.ts';
import { gather } from './gather.ts';
import { spreadAll, type SpreadDeps } from './spread.ts';

export interface Maker extends AsyncDisposable {
  /** Works until there is no event left, whoever holds the lease. */
  make(): Promise<void>;
}

export function startMaker(deps: SpreadDeps): Maker {
  const { noticePollMs: pollMs, noticeLeaseMs: leaseMs } = deps.settings;
  const work = async (signal: AbortSignal): Promise<void> => {
    // What an earlier turn left half handed out comes first.
    await spreadAll(deps, signal);
    for (let more = true; more && !signal.aborted;) {
      more = await gather(deps, signal);
      await spreadAll(deps, signal);
    }
  };
  const loop = startLeasedLoop({
    ...deps,
    name: 'notices',
    leaseMs,
    pollMs,
    async work(signal) {
      await work(signal);
      return null;
    },
  });
  return {
    make: () => work(loop.stopping),
    [Symbol.asyncDispose]: () => loop[Symbol.asyncDispose](),
  };
}
