import type { Evidence } from '../../findings/index.ts';
import { isPrivate } from '../records/private-address.ts';
import type { NoticeRecord } from '../records/notice-record.ts';

export const MOST_EVIDENCE = 24;
const MOST_TEXT = 1000;

/** An alert with its arithmetic, what is known of its addresses, and its flows. */
export function noticeEvidence(notice: NoticeRecord): readonly Evidence[] {
  return [
    {
      label: notice.note,
      value: cut(
        `${notice.msg} (${timeText(notice.first)} to ${timeText(notice.last)}, ${notice.n === 1 ? 'once' : `${notice.n} times`})`,
      ),
    },
    ...notice.arithmetic.explained.map((value) => ({ label: 'because', value: cut(value) })),
    ...(notice.sub === undefined ? [] : [{ label: 'known of it', value: cut(notice.sub) }]),
    ...(notice.uids.length > 0 ? [{ label: 'flows', value: cut(notice.uids.join(' ')) }] : []),
  ];
}

/** Scans and guesses of hosts of a private network are graver: nobody told them to. */
export function isFromInside({ note, src }: NoticeRecord): boolean {
  return (note.startsWith('Scan::') || note.startsWith('Login::')) && src !== undefined && isPrivate(src);
}

export function timeText(seconds: number): string {
  return `${new Date(seconds * 1000).toISOString().slice(0, 19)}Z`;
}

function cut(text: string): string {
  return text.length <= MOST_TEXT ? text : `${text.slice(0, MOST_TEXT - 1)}…`;
}
