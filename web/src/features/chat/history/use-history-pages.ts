import { useCallback, useEffect, useRef, useState } from 'react';
import { lineState } from '../../../base/requests/connection.ts';
import { useStore } from '../../../base/store.ts';
import { fetchHistory, type HistoryReply } from '../api.ts';
import { type Gap, type Timeline, withEarlier, withFilled, withLater } from '../timeline/timeline.ts';
import { PAGE, timelines } from '../timeline/timelines.ts';

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
    (
      part: { readonly before?: number; readonly after?: number; readonly limit: number },
      take: (now: Timeline, page: HistoryReply) => Timeline,
    ): void => {
      // By its place, since another part of the room may be there by now, whose pages do not wait for those of this one.
      const name = `${part.after} ${part.before}`;
      if (busy.current.has(name)) return;
      busy.current.add(name);
      void fetchHistory(roomId, part)
        .then(
          (page) => timelines.change(roomId, (now) => take(now, page)),
          (cause: unknown) => setFailed({ line: lineState.get(), error: cause }),
        )
        .finally(() => busy.current.delete(name));
    },
    [roomId],
  );

  const { earlier = null, later = null } = timeline ?? {};
  const { first = Infinity, last = -Infinity, count = 0 } = inSight ?? {};
  const before = error === null && first < AHEAD ? earlier : null;
  const after = error === null && last >= count - AHEAD ? later : null;
  useEffect(() => {
    if (before === null) return;
    fetchPart({ before, limit: PAGE }, (now, page) => (now.earlier === before ? withEarlier(now, page) : now));
  }, [before, fetchPart]);
  useEffect(() => {
    if (after === null) return;
    fetchPart({ after, limit: PAGE }, (now, page) => (now.later === after ? withLater(now, page) : now));
  }, [after, fetchPart]);

  const fill = useCallback(
    ({ after: from, before: to }: Gap): void => {
      const gap = { after: from, before: to };
      fetchPart({ ...gap, limit: 200 }, (now, page) => withFilled(now, gap, page));
    },
    [fetchPart],
  );
  return { error, retry: () => setFailed(null), fill };
}
