/** Who is here, as far as the server says, and telling it whether somebody is at this screen. */
import { hear, lineState, speak } from '../../../base/requests/connection.ts';
import { createStore } from '../../../base/store.ts';
import type { LiveNews } from '../api.ts';

type Presence = Extract<LiveNews, { kind: 'presence' }>['people'][number]['presence'];

/** By account; who is not in it is not here. */
export const presences = createStore<ReadonlyMap<string, Presence>>(new Map());

/** Nobody at the screen for so long is away. */
const AWAY_AFTER_MS = 5 * 60_000;

hear('chat', (frame) => {
  for (const news of (frame as { readonly type: string; readonly news?: readonly LiveNews[] }).news ?? []) {
    if (news.kind !== 'presence') continue;
    presences.set((now) => {
      const next = new Map(news.whole ? [] : now);
      for (const { accountId, presence } of news.people) next.set(accountId, presence);
      return next;
    });
  }
});

let isAway = false;
let leaving: ReturnType<typeof setTimeout> | undefined;
function setAway(away: boolean): void {
  if (away === isAway) return;
  isAway = away;
  speak({ type: 'chat.away', away });
}

document.addEventListener('visibilitychange', () => {
  clearTimeout(leaving);
  if (document.visibilityState === 'visible') setAway(false);
  else leaving = setTimeout(() => setAway(true), AWAY_AFTER_MS);
});

function ask(): void {
  if (lineState.get() !== 'open') {
    // What was known may not hold any more.
    presences.set(new Map());
    return;
  }
  speak({ type: 'chat.presence' });
  if (isAway) speak({ type: 'chat.away', away: true });
}
lineState.subscribe(ask);
ask();

export const presenceWords: Readonly<Record<Presence, string>> = {
  online: 'here',
  away: 'away',
  offline: 'not here',
};
