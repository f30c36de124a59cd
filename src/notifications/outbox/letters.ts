/** Letters in words, from what waits in a mailbox. */
import { timestamp } from '../../base/clock.ts';
import { escapeHtml } from '../../base/formats/html.ts';
import { newId } from '../../base/ids.ts';
import type { Letter } from '../channels/index.ts';
import { type NoticeKind, worse } from '../kind.ts';
import type { WaitingNotice } from './mailbox.ts';

export interface LetterDeps {
  readonly kinds: ReadonlyMap<string, NoticeKind>;
  /** `https://files.example.org`; `null` while it is not known where people reach the server. */
  readonly origin: string | null;
}

const MAX_SHORT = 140;

/** One notice by itself, several as a digest. */
export function letterOf({ kinds, origin }: LetterDeps, notices: readonly WaitingNotice[]): Letter {
  const parts = notices.map((notice) => {
    const kind = kinds.get(notice.kind);
    return { notice, title: kind?.title(notice.count) ?? notice.kind, advice: kind?.advice ?? '', path: kind?.path };
  });
  const [only] = parts;
  const severity = notices.map((notice) => notice.severity).reduce(worse, 'info');
  const count = notices.reduce((sum, notice) => sum + notice.count, 0);
  const isDigest = parts.length !== 1 || only === undefined;
  const title = isDigest ? `${parts.length} notices` : only.title;
  const link = linkTo(origin, isDigest ? '/' : (only.path ?? '/'));
  return written({
    kind: isDigest ? 'digest' : only.notice.kind,
    severity,
    at: Math.max(...notices.map(({ lastMs }) => lastMs)),
    count,
    title,
    short: isDigest ? `${title}: ${parts.map((part) => part.title).join(', ')}` : title,
    sections: parts.map(({ notice, title: heading, advice }) => ({
      heading,
      lines: [
        ...notice.details,
        notice.count === 1 ? timestamp(notice.lastMs) : `${timestamp(notice.firstMs)} to ${timestamp(notice.lastMs)}`,
        advice,
      ].filter((line) => line !== ''),
    })),
    link,
    notices: parts.map(({ notice, path }) => ({
      key: notice.key,
      kind: notice.kind,
      severity: notice.severity,
      count: notice.count,
      firstMs: notice.firstMs,
      lastMs: notice.lastMs,
      details: notice.details,
      about: notice.about ?? [],
      link: linkTo(origin, path ?? '/'),
    })),
  });
}

/** The letter that asks whether an address is wanted. `token` opens it, once. */
export function confirmationLetter({ origin }: LetterDeps, token: string, atMs: number): Letter {
  const link = origin === null ? null : `${origin}/notices/confirm#${token}`;
  return written({
    kind: 'address_confirm',
    severity: 'info',
    at: atMs,
    count: 1,
    title: 'Confirm this address',
    short: link === null || link.length > 100 ? `Confirm with: ${token}` : `Confirm: ${link}`,
    sections: [
      {
        heading: 'Somebody wants notices of a Holdfast workspace to be sent here.',
        lines: [
          'Open the link if that was you. If not, do nothing: no more will come.',
          `On a command line: holdfast notices confirm, and give it ${token}`,
        ],
      },
    ],
    link,
  });
}

export function testLetter({ origin }: LetterDeps, atMs: number): Letter {
  return written({
    kind: 'channel_test',
    severity: 'info',
    at: atMs,
    count: 1,
    title: 'A test of this channel',
    short: 'A test of this channel',
    sections: [{ heading: 'Notices of this Holdfast workspace arrive here.', lines: [timestamp(atMs)] }],
    link: linkTo(origin, '/'),
  });
}

interface Draft extends Pick<Letter, 'kind' | 'severity' | 'at' | 'count' | 'short' | 'link' | 'notices'> {
  readonly title: string;
  readonly sections: readonly { readonly heading: string; readonly lines: readonly string[] }[];
}

function written({ title, short, sections, link, ...facts }: Draft): Letter {
  const say = `Holdfast: ${short}`;
  return {
    id: newId(),
    ...facts,
    link,
    subject: `Holdfast: ${title}`,
    short: say.length > MAX_SHORT ? `${say.slice(0, MAX_SHORT - 1)}…` : say,
    text: [
      ...sections.map(({ heading, lines }) => [heading, ...lines.map((line) => `  ${line}`), ''].join('\n')),
      ...(link === null ? [] : [link, '']),
    ].join('\n'),
    html: [
      ...sections.map(
        ({ heading, lines }) =>
          `<h3>${escapeHtml(heading)}</h3>${lines.map((line) => `<p>${escapeHtml(line)}</p>`).join('')}`,
      ),
      ...(link === null ? [] : [`<p><a href="${escapeHtml(link)}">${escapeHtml(link)}</a></p>`]),
    ].join('\n'),
  };
}

function linkTo(origin: string | null, path: string): string | null {
  return origin === null ? null : `${origin}${path}`;
}
