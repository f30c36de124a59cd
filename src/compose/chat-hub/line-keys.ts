import type { ChatHolder } from '../../accounts/index.ts';
import type { Clock } from '../../base/clock.ts';
import { repeat } from '../../base/timing/repeat.ts';

/** Keys of people on the chat line, who are connected for longer than a key may lie in memory; by app password. */
export interface LineKeys extends AsyncDisposable {
  keep(holder: ChatHolder): void;
  /** `null`: it is forgotten, or was never there. Each use keeps it for as long again. */
  use(appPasswordId: string): ChatHolder | null;
  forget(appPasswordId: string): void;
}

/** How often keys that are over are looked for, in shares of the time that they are kept. */
const LOOKS = 4;

/** `keptMs`: after its last use a key is forgotten, at most a quarter of that later. */
export function openLineKeys(keptMs: number, clock: Clock): LineKeys {
  const kept = new Map<string, { readonly holder: ChatHolder; untilMs: number }>();
  const sweep = repeat(Math.max(1000, keptMs / LOOKS), async () => {
    for (const [id, { untilMs }] of kept) if (untilMs <= clock()) kept.delete(id);
  });
  return {
    keep: (holder) => void kept.set(holder.sessionId, { holder, untilMs: clock() + keptMs }),
    use(appPasswordId) {
      const found = kept.get(appPasswordId);
      if (!found || found.untilMs <= clock()) return null;
      found.untilMs = clock() + keptMs;
      return found.holder;
    },
    forget: (appPasswordId) => void kept.delete(appPasswordId),
    async [Symbol.asyncDispose]() {
      kept.clear();
      await sweep[Symbol.asyncDispose]();
    },
  };
}
