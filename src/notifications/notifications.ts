import type { RecordOperation } from '../storage/index.ts';
import { type FeedPage, type FeedQuery, type FeedReader, listFeed, markNotices } from './feed/feed.ts';
import { kindsByName, type NoticeEvent } from './kind.ts';
import { startMaker } from './making/maker.ts';
import type { NotificationsDeps } from './notifications-deps.ts';
import { raiseOperation } from './raise.ts';
import { isOver, tellSeldom } from './seldom.ts';
import { openVault } from './vault.ts';

/** Notices of a workspace. Disposing stops what goes on in the background; nothing is forgotten by it. */
export interface Notifications extends AsyncDisposable {
  /** See {@link raiseOperation}: for the transaction of the act that is told. */
  operation(event: NoticeEvent): RecordOperation;
  /** See {@link tellSeldom}: of a state that was found, and that no act brought about. */
  tellSeldom(state: string, event: NoticeEvent): Promise<void>;
  isOver(state: string): Promise<void>;
  /** See {@link listFeed}. */
  list(reader: FeedReader, query: FeedQuery): Promise<FeedPage>;
  /** See {@link markNotices}. */
  mark(reader: Pick<FeedReader, 'accountId'>, noticeIds: readonly string[] | null, isRead: boolean): Promise<number>;
  /** Makes notices of all events that are there, now. */
  make(): Promise<void>;
}

/** Starts to work in the background. Dispose it after the features and before the stores. */
export function openNotifications(given: NotificationsDeps): Notifications {
  const deps = { ...given, vault: openVault(given.workspaceKey), kinds: kindsByName(given.kinds) };
  const maker = startMaker(deps);
  return {
    operation: (event) => raiseOperation(deps, event),
    tellSeldom: (state, event) =>
      tellSeldom(deps, state, deps.settings.noticeAgainMs, () => raiseOperation(deps, event)),
    isOver: (state) => isOver(deps, state),
    list: (reader, query) => listFeed(deps, reader, query),
    mark: ({ accountId }, noticeIds, isRead) => markNotices(deps, accountId, noticeIds, isRead),
    make: () => maker.make(),
    [Symbol.asyncDispose]: () => maker[Symbol.asyncDispose](),
  };
}
