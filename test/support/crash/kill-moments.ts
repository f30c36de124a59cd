/** When the plug is pulled: at a time, at a step of a request, or when something is seen to happen on the disk. */
import { mkdirSync, watch, type FSWatcher } from 'node:fs';
import { join } from 'node:path';
import type { Moments } from './act.ts';
import type { Seeded } from './seeded.ts';

export interface ArmedKill extends Disposable {
  readonly kind: string;
  /** For people: what the kill waits for. */
  readonly what: string;
  readonly moments: Moments;
}

export interface KillTarget {
  readonly dataFolder: string;
  readonly driveId: string;
  /** Must be prepared to be called more than once. */
  readonly kill: () => void;
}

/** Nobody may wait for ever for a moment that does not come. */
const LATEST_MS = 3000;

/** Places whose changes are moments; each is a folder or a file that is there while the server runs. */
const PLACES = {
  'a temporary file of the first store': ['objects', '.tmp'],
  'a name in the first store': ['objects', 'drives', '*', 'o'],
  'a temporary file of the second store': ['backup', '.tmp'],
  'a name in the second store': ['backup', 'drives', '*', 'o'],
  'a write to the log of the records': ['records.sqlite-wal'],
} as const;

const KINDS = {
  'a time': 20,
  'a request': 20,
  'a piece of a body': 15,
  'an answer': 15,
  'a temporary file of the first store': 12,
  'a name in the first store': 12,
  'a temporary file of the second store': 8,
  'a name in the second store': 8,
  'a write to the log of the records': 10,
} as const;

/** Chooses a moment; the kill comes at it, or a random blink after it. */
export function armKill(random: Seeded, { dataFolder, driveId, kill }: KillTarget): ArmedKill {
  const kind = random.weighted(KINDS);
  const after = random.fraction() < 0.5 ? 0 : random.fraction() * 12;
  const count = random.whole(1, 80);
  const timers: NodeJS.Timeout[] = [];
  const watchers: FSWatcher[] = [];
  let seen = 0;
  const due = (): void => {
    if (after === 0) kill();
    else timers.push(setTimeout(kill, after));
  };
  const reached = (here: string) => (): void => {
    if (here !== kind) return;
    seen += 1;
    if (seen === count) due();
  };
  timers.push(setTimeout(kill, kind === 'a time' ? random.whole(10, 2500) : LATEST_MS));
  if (kind in PLACES) {
    const way = PLACES[kind as keyof typeof PLACES].map((name) => (name === '*' ? driveId : name));
    const place = join(dataFolder, ...way);
    // The second store makes its folders with its first copy, which waits until nobody waits for anything else.
    if (kind !== 'a write to the log of the records') mkdirSync(place, { recursive: true, mode: 0o700 });
    watchers.push(watch(place, reached(kind)));
  }
  return {
    kind,
    what: kind === 'a time' ? kind : `${kind}, the ${count}th${after === 0 ? '' : ' and a blink more'}`,
    moments: {
      onRequest: reached('a request'),
      onPiece: reached('a piece of a body'),
      onAnswer: reached('an answer'),
    },
    [Symbol.dispose]() {
      for (const timer of timers) clearTimeout(timer);
      for (const watcher of watchers) watcher.close();
    },
  };
}
