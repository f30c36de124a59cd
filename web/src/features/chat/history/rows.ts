/** A room as it is drawn: messages with the days between them, runs of one author, the line of what is new, and gaps. */
import type { MessageView } from '../api.ts';
import { isLeftOut } from '../ignoring/left-out.ts';
import type { Outgoing } from '../line/outbox.ts';
import type { Timeline } from '../timeline/timeline.ts';

export type Row =
  | { readonly kind: 'message'; readonly key: string; readonly message: MessageView; readonly isRun: boolean }
  /** Messages one after the other that are left out. */
  | { readonly kind: 'ignored'; readonly key: string; readonly messages: readonly MessageView[] }
  | { readonly kind: 'day'; readonly key: string; readonly time: string }
  | { readonly kind: 'new'; readonly key: string }
  | { readonly kind: 'gap'; readonly key: string; readonly after: number; readonly before: number }
  | { readonly kind: 'start'; readonly key: string }
  | { readonly kind: 'outgoing'; readonly key: string; readonly outgoing: Outgoing; readonly isRun: boolean };

export interface RowsOf {
  readonly timeline: Timeline;
  readonly outgoing: readonly Outgoing[];
  /** Everything after it was not read when the room was opened; `null`: no line is drawn. */
  readonly newAfter: number | null;
  /** Whose own messages are never new. */
  readonly accountId: string;
  readonly ignored: readonly string[];
  /** Of whom is ignored, looked at all the same. */
  readonly lookedAt: ReadonlySet<string>;
  /** Being removed just now, by sequence. */
  readonly hidden: ReadonlySet<number>;
}

/** One author's messages within this time stand under one name. */
const RUN_MS = 5 * 60_000;

export function rowsOf({ timeline, outgoing, newAfter, accountId, ignored, lookedAt, hidden }: RowsOf): readonly Row[] {
  const rows: Row[] = [];
  const gaps = [...timeline.gaps];
  let before: MessageView | null = null;
  let isNewDrawn = newAfter === null;
  if (timeline.earlier === null) rows.push({ kind: 'start', key: 'start' });
  for (const message of timeline.messages) {
    const { sequence, time, author } = message;
    if (hidden.has(sequence)) continue;
    const gap = gaps[0];
    if (gap && sequence >= gap.before) {
      rows.push({ kind: 'gap', key: `gap-${gap.after}`, ...gap });
      gaps.shift();
      before = null;
    }
    // Not at the upper end of what is in memory: there it would stand anew with every page that comes, and whoever has
    // scrolled up to it would be held at it, while one page after the other went by.
    const isEdge = rows.length === 0;
    const isOtherDay = before === null ? !isEdge : dayOf(before.time) !== dayOf(time);
    if (isOtherDay) rows.push({ kind: 'day', key: `day-${dayOf(time)}`, time });
    if (isLeftOut(message, ignored, lookedAt)) {
      const last = rows.at(-1);
      const run = last?.kind === 'ignored' ? last.messages : [];
      if (run.length > 0) rows.pop();
      // By its last one: a page that comes above makes it longer, and whoever is there stays there.
      rows.push({ kind: 'ignored', key: `ignored-${sequence}`, messages: [...run, message] });
      before = message;
      continue;
    }
    if (!isNewDrawn && sequence > (newAfter ?? 0) && author.accountId !== accountId) {
      rows.push({ kind: 'new', key: 'new' });
      isNewDrawn = true;
      before = null;
    }
    rows.push({ kind: 'message', key: `m${sequence}`, message, isRun: before !== null && follows(before, message) });
    before = message;
  }
  if (timeline.later === null) {
    outgoing.forEach((each, at) => rows.push({ kind: 'outgoing', key: each.messageId, outgoing: each, isRun: at > 0 }));
  }
  return distinct(rows);
}

/** A day is named again below a gap: keys stay apart. */
function distinct(rows: Row[]): readonly Row[] {
  const seen = new Set<string>();
  return rows.map((row, at) => {
    if (!seen.has(row.key)) {
      seen.add(row.key);
      return row;
    }
    return { ...row, key: `${row.key}-${at}` };
  });
}

function follows(before: MessageView, { author, time, thread }: MessageView): boolean {
  const { accountId, handle, bot } = before.author;
  const isSame = accountId === author.accountId && handle === author.handle && bot === author.bot;
  const isSoon = Date.parse(time) - Date.parse(before.time) < RUN_MS && dayOf(before.time) === dayOf(time);
  return isSame && isSoon && before.author.visitor === author.visitor && before.thread === thread;
}

/** The person's own day. */
export function dayOf(time: string): string {
  const date = new Date(time);
  return `${date.getFullYear()}-${date.getMonth() + 1}-${date.getDate()}`;
}
