/** The feed of a person: what they were told, newest first, and what of it they have read. */
import type { KeyIdentity } from '../../age/index.ts';
import { errorFacts } from '../../base/error-facts.ts';
import { hasCode } from '../../base/errors.ts';
import { isId } from '../../base/ids.ts';
import type { RecordItem, RecordOperation } from '../../storage/index.ts';
import { notificationErrors } from '../errors.ts';
import type { NoticeKind, Severity } from '../kind.ts';
import type { NotificationsDeps } from '../notifications-deps.ts';
import { feedOf, keys, unreadOf, type NoticeRow } from '../records.ts';
import { isGenuine, macOf, openBody } from './sealed-notice.ts';

/** Who reads: the opened identity is used for this one request. */
export interface FeedReader {
  readonly accountId: string;
  readonly identity: KeyIdentity;
}

export interface Notice {
  readonly noticeId: string;
  /** `null`: it was encrypted to a key that the account had before, and nobody can read it any more. */
  readonly kind: string | null;
  readonly severity: Severity;
  readonly title: string;
  readonly details: readonly string[];
  readonly advice: string;
  readonly path: string | null;
  readonly count: number;
  readonly firstMs: number;
  readonly lastMs: number;
  readonly readMs: number | null;
}

export interface FeedPage {
  readonly notices: readonly Notice[];
  /** What is not read of the whole feed, counted up to {@link UNREAD_COUNTED}. */
  readonly unread: number;
  readonly next?: string;
}

export interface FeedQuery {
  readonly after?: string | undefined;
  /** 1-100. */
  readonly limit: number;
  readonly unreadOnly?: boolean | undefined;
}

export type FeedDeps = Pick<NotificationsDeps, 'records' | 'clock' | 'log' | 'workspaceKey' | 'onNotice'> & {
  readonly kinds: ReadonlyMap<string, NoticeKind>;
};

export const UNREAD_COUNTED = 1000;
const ATTEMPTS = 8;
/** Two operations for each notice that is marked. */
const MARKED_AT_ONCE = 40;

/** Throws `notice_cursor_invalid`. */
export async function listFeed(deps: FeedDeps, reader: FeedReader, query: FeedQuery): Promise<FeedPage> {
  const { accountId } = reader;
  const { after, limit, unreadOnly = false } = query;
  if (after !== undefined && !isId(after)) throw notificationErrors('notice_cursor_invalid');
  const pk = unreadOnly ? unreadOf(accountId) : feedOf(accountId);
  const options = { reverse: true, limit, ...(after === undefined ? {} : { after }) };
  const [page, unread] = await Promise.all([
    deps.records.query<NoticeRow>(pk, options),
    deps.records.query(unreadOf(accountId), { limit: UNREAD_COUNTED }),
  ]);
  const items = unreadOnly ? await noticesOf(deps, accountId, page.items) : page.items;
  return {
    notices: items.flatMap((item) => opened(deps, reader, item) ?? []),
    unread: unread.items.length,
    ...(page.next === undefined ? {} : { next: page.next }),
  };
}

async function noticesOf(
  { records }: FeedDeps,
  accountId: string,
  unread: readonly { readonly sk: string }[],
): Promise<RecordItem<NoticeRow>[]> {
  const found = await Promise.all(
    unread.map(({ sk: noticeId }) => {
      const { pk, sk } = keys.notice(accountId, noticeId);
      return records.get<NoticeRow>(pk, sk);
    }),
  );
  return found.filter((item) => item !== null);
}

/** `null` for what this workspace did not write. */
function opened(deps: FeedDeps, { accountId, identity }: FeedReader, item: RecordItem<NoticeRow>): Notice | null {
  const { sk: noticeId, value: row } = item;
  if (!isGenuine(deps.workspaceKey, accountId, noticeId, row)) {
    deps.log.error({ accountId, noticeId }, 'A notice was not written by this workspace, and is not shown');
    return null;
  }
  const { count, firstMs, lastMs, readMs } = row;
  const facts = { noticeId, count, firstMs, lastMs, readMs };
  try {
    const body = openBody(identity, row.body);
    const kind = body && deps.kinds.get(body.kind);
    if (body && kind) {
      const { name, advice, path } = kind;
      const { severity, details } = body;
      return { ...facts, kind: name, severity, title: kind.title(count), details, advice, path };
    }
  } catch (error) {
    deps.log.error({ accountId, noticeId, ...errorFacts(error) }, 'A notice could not be opened');
  }
  return { ...facts, kind: null, severity: 'info', title: TITLE_UNREADABLE, details: [], advice: '', path: null };
}

const TITLE_UNREADABLE = 'A notice that the present key of your account does not open';

/** Marks notices as read or not read; `null`: all. Answers how many changed. Throws `notice_not_found`. */
export async function markNotices(
  deps: FeedDeps,
  accountId: string,
  noticeIds: readonly string[] | null,
  isRead: boolean,
): Promise<number> {
  let changed = 0;
  if (noticeIds === null) {
    const pk = isRead ? unreadOf(accountId) : feedOf(accountId);
    let after: string | undefined;
    do {
      const options = { limit: MARKED_AT_ONCE, ...(after === undefined ? {} : { after }) };
      const page = await deps.records.query(pk, options);
      const ids = page.items.map(({ sk }) => sk);
      changed += await markSome(deps, accountId, ids, isRead);
      after = page.next;
    } while (after !== undefined);
  } else {
    const ids = [...new Set(noticeIds)];
    for (const noticeId of ids) {
      const { pk, sk } = keys.notice(accountId, noticeId);
      if (isId(noticeId) && (await deps.records.get(pk, sk))) continue;
      throw notificationErrors('notice_not_found', { attempted: 'Mark a notice' });
    }
    for (let at = 0; at < ids.length; at += MARKED_AT_ONCE) {
      changed += await markSome(deps, accountId, ids.slice(at, at + MARKED_AT_ONCE), isRead);
    }
  }
  if (changed > 0) deps.onNotice(accountId);
  return changed;
}

async function markSome(deps: FeedDeps, accountId: string, ids: readonly string[], isRead: boolean): Promise<number> {
  for (let attempt = 1; ; attempt++) {
    const items = await noticesOf(
      deps,
      accountId,
      ids.map((sk) => ({ sk })),
    );
    const toChange = items.filter(({ value }) => (value.readMs !== null) !== isRead);
    if (toChange.length === 0) return 0;
    try {
      await deps.records.transact(toChange.flatMap((item) => marked(deps, accountId, item, isRead)));
      return toChange.length;
    } catch (error) {
      // It was repeated meanwhile, or another window of the same person marked it.
      if (!hasCode(error, 'record_conflict') || attempt >= ATTEMPTS) throw error;
    }
  }
}

function marked(
  { clock, workspaceKey }: FeedDeps,
  accountId: string,
  { sk: noticeId, value, revision, expiresAtMs }: RecordItem<NoticeRow>,
  isRead: boolean,
): RecordOperation[] {
  const { mac: _, ...rest } = value;
  const row = { ...rest, readMs: isRead ? clock() : null };
  // What was forged stays forged.
  const mac = isGenuine(workspaceKey, accountId, noticeId, value)
    ? macOf(workspaceKey, accountId, noticeId, row)
    : value.mac;
  const expires = expiresAtMs === undefined ? {} : { expiresAtMs };
  const unread = keys.unread(accountId, noticeId);
  return [
    { op: 'put', ...keys.notice(accountId, noticeId), value: { ...row, mac }, ...expires, if: { revision } },
    isRead ? { op: 'delete', ...unread } : { op: 'put', ...unread, value: {}, ...expires },
  ];
}
