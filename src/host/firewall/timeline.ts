/** Each state of the rules that was really another one, from the first look on. */
import { changesOf } from '../diff/unified.ts';
import type { Snapshots } from '../state/snapshots.ts';
import { canonicalLines, canReadAny, isSame } from './canonical.ts';
import type { FirewallRules } from './rules.ts';

export const savedBy = ['scan', 'facts', 'save', 'restore'] as const;
export type SavedBy = (typeof savedBy)[number];

export interface KeptRules {
  readonly atMs: number;
  readonly by: SavedBy;
  readonly rules: FirewallRules;
}

export type SavedRules = KeptRules & { readonly id: string };

export interface Saved {
  readonly kept: SavedRules;
  /** It was no other than the last one, which is what `kept` is. */
  readonly isSame: boolean;
}

/** `null`: none of the tools could be asked, so there is nothing to keep. */
export async function saveRules(timeline: Snapshots<KeptRules>, now: KeptRules): Promise<Saved | null> {
  if (!canReadAny(now.rules)) return null;
  const last = await timeline.last();
  if (last && isSame(last.rules, now.rules)) return { kept: last, isSame: true };
  return { kept: { ...now, id: await timeline.keep(now) }, isSame: false };
}

export interface TimelineEntry {
  readonly id: string;
  readonly atMs: number;
  readonly by: SavedBy;
  /** Against the one before; `null` of the first that is kept. */
  readonly changed: { readonly new: number; readonly gone: number } | null;
}

/** The newest first. */
export async function timelineOf(timeline: Snapshots<KeptRules>): Promise<readonly TimelineEntry[]> {
  const entries: TimelineEntry[] = [];
  let before: readonly string[] | null = null;
  for (const id of await timeline.ids()) {
    const kept = await timeline.read(id);
    if (!kept) continue;
    const lines = canonicalLines(kept.rules);
    entries.push({ id, atMs: kept.atMs, by: kept.by, changed: before && numbers(before, lines) });
    before = lines;
  }
  return entries.toReversed();
}

function numbers(before: readonly string[], after: readonly string[]): { readonly new: number; readonly gone: number } {
  const changes = changesOf(before, after);
  const of = (wanted: 'new' | 'gone'): number =>
    changes.filter(({ kind, line }) => kind === wanted && line !== '').length;
  return { new: of('new'), gone: of('gone') };
}
