import { useEffect, useState, useSyncExternalStore } from 'react';
import { openRoomAt } from '../line/chat-line.ts';
import { placeOf, type Where } from './room-place.ts';
import type { Timeline } from './timeline.ts';
import { timelines } from './timelines.ts';

export interface OpenTimeline {
  readonly timeline: Timeline | undefined;
  /** Whether the place is in memory by now. */
  readonly isOpened: boolean;
  readonly error: unknown;
  readonly retry: () => void;
}

/** The part of a room around a place, and what becomes of it. */
export function useTimeline(roomId: string, where: Where): OpenTimeline {
  const timeline = useSyncExternalStore(timelines.subscribe, () => timelines.get(roomId));
  const [attempt, setAttempt] = useState(0);
  const [ended, setEnded] = useState<{ readonly key: string; readonly error: unknown } | null>(null);
  const key = `${roomId} ${where} ${attempt}`;
  const error = ended?.key === key ? ended.error : null;
  // What is dropped from memory, as after another epoch, is opened anew.
  const isOpened = ended?.key === key && error === null && timeline !== undefined;
  useEffect(() => {
    if (isOpened) return;
    const left = new AbortController();
    openRoomAt(roomId, placeOf(where), left.signal).then(
      () => left.signal.aborted || setEnded({ key, error: null }),
      (failed: unknown) => left.signal.aborted || setEnded({ key, error: failed }),
    );
    return () => left.abort();
  }, [roomId, where, key, isOpened]);
  return { timeline, isOpened, error, retry: () => setAttempt((count) => count + 1) };
}
