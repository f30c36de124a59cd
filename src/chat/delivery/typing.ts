/** Who is writing just now: gathered and told once in a while, kept nowhere. */
export interface Typing extends Disposable {
  saw(roomId: string, handle: string): void;
  /** Whether this client may say again that it is writing; at most once in a while for a room. */
  mayTell(roomId: string): boolean;
}

/** People that are named; when more write at once it is no news. */
const MOST = 10;

export function openTyping(everyMs: number, tell: (roomId: string, handles: readonly string[]) => void): Typing {
  const seen = new Map<string, Set<string>>();
  const told = new Map<string, NodeJS.Timeout>();
  let timer: NodeJS.Timeout | undefined;

  const flush = (): void => {
    timer = undefined;
    for (const [roomId, handles] of seen) tell(roomId, [...handles]);
    seen.clear();
  };
  return {
    saw(roomId, handle) {
      const handles = seen.get(roomId) ?? new Set();
      if (handles.size < MOST) handles.add(handle);
      seen.set(roomId, handles);
      timer ??= setTimeout(flush, everyMs).unref();
    },
    mayTell(roomId) {
      if (told.has(roomId)) return false;
      told.set(roomId, setTimeout(() => told.delete(roomId), everyMs).unref());
      return true;
    },
    [Symbol.dispose]() {
      clearTimeout(timer);
      for (const each of told.values()) clearTimeout(each);
      seen.clear();
      told.clear();
    },
  };
}
