/** What is chosen in a list, and where the keyboard stands. Pure, so that every way to choose can be tried out. */

export interface Selection {
  readonly chosen: ReadonlySet<string>;
  /** Where the keyboard stands. */
  readonly active: string | null;
  /** Where a range starts. */
  readonly anchor: string | null;
}

export const nothing: Selection = { chosen: new Set(), active: null, anchor: null };

type Ids = readonly string[];

/** Another one alone. */
export function chooseOnly(id: string): Selection {
  return { chosen: new Set([id]), active: id, anchor: id };
}

export function toggle({ chosen }: Selection, id: string): Selection {
  const next = new Set(chosen);
  if (!next.delete(id)) next.add(id);
  return { chosen: next, active: id, anchor: id };
}

/** Everything from where the range started up to here. */
export function chooseTo(selection: Selection, ids: Ids, id: string): Selection {
  const from = ids.indexOf(selection.anchor ?? selection.active ?? id);
  const to = ids.indexOf(id);
  if (to < 0) return selection;
  const start = from < 0 ? to : from;
  const range = ids.slice(Math.min(start, to), Math.max(start, to) + 1);
  return { chosen: new Set(range), active: id, anchor: ids[start] ?? id };
}

/** Steps through the list; at its ends it stays. Choosing is left as it is. */
export function step(selection: Selection, ids: Ids, by: number): Selection {
  if (ids.length === 0) return selection;
  const at = selection.active === null ? -1 : ids.indexOf(selection.active);
  const to = at < 0 ? (by > 0 ? 0 : ids.length - 1) : Math.min(Math.max(at + by, 0), ids.length - 1);
  return { ...selection, active: ids[to] ?? null };
}

export function chooseAll(selection: Selection, ids: Ids): Selection {
  return { ...selection, chosen: new Set(ids) };
}

export function chooseNone(selection: Selection): Selection {
  return { ...selection, chosen: new Set(), anchor: null };
}

/** Without these. */
export function unchoose(selection: Selection, ids: Ids): Selection {
  const chosen = new Set(selection.chosen);
  for (const id of ids) chosen.delete(id);
  return { ...selection, chosen };
}

/** Without what is no longer in the list; the keyboard goes to the neighbour of what went. */
export function stillThere(selection: Selection, before: Ids, now: Ids): Selection {
  const present = new Set(now);
  const chosen = new Set([...selection.chosen].filter((id) => present.has(id)));
  let { active } = selection;
  if (active !== null && !present.has(active)) {
    const at = before.indexOf(active);
    const following = before.slice(at + 1).find((id) => present.has(id));
    const preceding = before.slice(0, Math.max(at, 0)).findLast((id) => present.has(id));
    active = following ?? preceding ?? null;
  }
  const anchor = selection.anchor !== null && present.has(selection.anchor) ? selection.anchor : null;
  return { chosen, active, anchor };
}

/** What an act is meant for: what is chosen, else where the keyboard stands. */
export function meant(selection: Selection): ReadonlySet<string> {
  if (selection.chosen.size > 0) return selection.chosen;
  return new Set(selection.active === null ? [] : [selection.active]);
}
