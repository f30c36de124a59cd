/** What is different between two looks at a host. */
import type { Snapshots } from '../state/snapshots.ts';
import { comparedLines, sections, unreadOf, type Facts, type Section } from './facts.ts';

export interface KeptFacts {
  readonly atMs: number;
  readonly facts: Facts;
  /** Of the state of the firewall that was there; `null`: it could not be read. */
  readonly firewallId: string | null;
}

export interface Change {
  readonly section: Section;
  readonly gone: readonly string[];
  readonly new: readonly string[];
}

/** Only sections with a change. What one of them did not see at all is not held against the other. */
export function changesBetween(before: Facts, after: Facts): readonly Change[] {
  return sections.flatMap((section) => {
    const unread = [unreadOf(before, section), unreadOf(after, section)];
    const isWhole = unread.every((why) => why === null);
    if (!isWhole && section !== 'listeners') return [];
    const [old, now] = [comparedLines(before, section, isWhole), comparedLines(after, section, isWhole)];
    const [oldSet, nowSet] = [new Set(old), new Set(now)];
    const change = {
      section,
      gone: old.filter((line) => !nowSet.has(line)),
      new: now.filter((line) => !oldSet.has(line)),
    };
    return change.gone.length + change.new.length > 0 ? [change] : [];
  });
}

/** Keeps a look when it is another one than the last, or saw more of it. Resolves to its id. */
export async function keepFacts(timeline: Snapshots<KeptFacts>, now: KeptFacts): Promise<string> {
  const last = await timeline.last();
  const isSame =
    last !== null &&
    last.firewallId === now.firewallId &&
    sections.every((section) => unreadOf(last.facts, section) === unreadOf(now.facts, section)) &&
    changesBetween(last.facts, now.facts).length === 0;
  return isSame ? last.id : await timeline.keep(now);
}

/** The newest that is as old as that; `null`: none is. */
export async function factsAt(
  timeline: Snapshots<KeptFacts>,
  atMs: number,
): Promise<(KeptFacts & { readonly id: string }) | null> {
  for (const id of (await timeline.ids()).toReversed()) {
    const kept = await timeline.read(id);
    if (kept && kept.atMs <= atMs) return { ...kept, id };
  }
  return null;
}
