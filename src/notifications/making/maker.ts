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

export interface MakerDeps extends SpreadDeps {
  /** Called after notices were made: something may be to be sent. */
  readonly onMade: () => void;
}

export function startMaker(deps: MakerDeps): Maker {
  const { noticePollMs: pollMs, noticeLeaseMs: leaseMs } = deps.settings;
  /** Whether there was something. */
  const work = async (signal: AbortSignal): Promise<boolean> => {
    // What an earlier turn left half handed out comes first.
    let made = await spreadAll(deps, signal);
    for (let more = true; more && !signal.aborted;) {
      more = await gather(deps, signal);
      made += await spreadAll(deps, signal);
    }
    return made > 0;
  };
  const loop = startLeasedLoop({
    ...deps,
    name: 'notices',
    leaseMs,
    pollMs,
    async work(signal) {
      if (await work(signal)) deps.onMade();
      return null;
    },
  });
  return {
    async make() {
      await work(loop.stopping);
    },
    [Symbol.asyncDispose]: () => loop[Symbol.asyncDispose](),
  };
}
