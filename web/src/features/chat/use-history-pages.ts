import { useCallback, useEffect, useRef, useState } from 'react';
import { lineState } from '../../base/connection.ts';
import { useStore } from '../../base/store.ts';
import { fetchHistory, type HistoryReply } from './api.ts';
import { type Gap, type Timeline, withEarlier, withFilled, withLater } from './timeline.ts';
import { PAGE, timelines } from './timelines.ts';

/** As many rows before the end of what is there as a fast wheel passes while a page comes. */
const AHEAD = 25;

export interface InSight {
  readonly first: number;
  readonly last: number;
  readonly count: number;
}

/** Fetches what comes into sight next, at either end. `null` in sight: nothing yet. */
export function useHistoryPages(roomId: string, timeline: Timeline | undefined, inSight: InSight | null) {
  const busy = useRef(new Set<string>());
  const line = useStore(lineState);
  // What failed for a broken line is tried again when it is back.
  const [failed, setFailed] = useState<{ readonly line: string; readonly error: unknown } | null>(null);
  const error = failed?.line === line ? failed.error : null;

  const fetchPart = useCallback(
    (name: string, page: Promise<HistoryReply>, take: (now: Timeline, page: HistoryReply) => Timeline): Promise<void> =>
      page
        .then(
          (read) => timelines.change(roomId, (now) => take(now, read)),
          (cause: unknown) => setFailed({ line: lineState.get(), error: cause }),
        )
        .finally(() => busy.current.delete(name)),
    [roomId],
  );

  const { earlier = null, later = null } = timeline ?? {};
  const { first = Infinity, last = -Infinity, count = 0 } = inSight ?? {};
  const before = error === null && first < AHEAD ? earlier : null;
  const after = error === null && last >= count - AHEAD ? later : null;
  useEffect(() => {
    if (before === null || busy.current.has('earlier')) return;
    busy.current.add('earlier');
    // Another part of the room may be there when the page comes.
    const take = (now: Timeline, page: HistoryReply): Timeline =>
      now.earlier === before ? withEarlier(now, page) : now;
    void fetchPart('earlier', fetchHistory(roomId, { before, limit: PAGE }), take);
  }, [roomId, before, fetchPart]);
  useEffect(() => {
    if (after === null || busy.current.has('later')) return;
    busy.current.add('later');
    const take = (now: Timeline, page: HistoryReply): Timeline => (now.later === after ? withLater(now, page) : now);
    void fetchPart('later', fetchHistory(roomId, { after, limit: PAGE }), take);
  }, [roomId, after, fetchPart]);

  const fill = useCallback(
    ({ after: from, before: to }: Gap): void => {
      const name = `gap ${from}`;
      if (busy.current.has(name)) return;
      busy.current.add(name);
      const take = (now: Timeline, page: HistoryReply): Timeline => withFilled(now, { after: from, before: to }, page);
      void fetchPart(name, fetchHistory(roomId, { after: from, before: to, limit: 200 }), take);
    },
    [roomId, fetchPart],
  );
  return { error, retry: () => setFailed(null), fill };
}
