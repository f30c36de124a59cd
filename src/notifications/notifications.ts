import type { RecordOperation } from '../storage/index.ts';
import { alertsFacts, openAlertsChannel } from './alerts/alerts-channel.ts';
import { type FeedPage, type FeedQuery, type FeedReader, listFeed, markNotices } from './feed/feed.ts';
import { forgetReader } from './feed/forget.ts';
import { withdraw } from './feed/withdraw.ts';
import { kindsByName, type NoticeEvent, type NoticeKind } from './kind.ts';
import { startMaker } from './making/maker.ts';
import type { ChannelOpener, NotificationsDeps } from './notifications-deps.ts';
import { type ChannelFacts, openChannels } from './outbox/channels.ts';
import { startOutbox } from './outbox/outbox.ts';
import { openPushChannel, pushFacts } from './push/push-channel.ts';
import {
  forgetSubscription,
  listSubscriptions,
  subscribe,
  type Subscription,
  unsubscribe,
  unsubscribeSession,
} from './push/subscriptions.ts';
import { openVapid } from './push/vapid.ts';
import { raiseOperation } from './raise.ts';
import {
  type Actor,
  confirmAddress,
  removeAddress,
  setAddress,
  setHours,
  setRule,
  showPreferences,
} from './rules/acts.ts';
import type { Hours, Preferences, Rule } from './rules/preferences.ts';
import { isOver, tellSeldom } from './seldom.ts';
import {
  addChannel,
  type ChannelStatus,
  type DeadLetter,
  examineChannel,
  listChannels,
  listDead,
  type NewChannel,
  removeChannel,
  retryDead,
  testChannel,
} from './setup/acts.ts';
import { type ChannelChange, changeChannel } from './setup/change.ts';
import { openVault } from './vault.ts';

/** Notices of a workspace. Disposing stops what goes on in the background; nothing is forgotten by it. */
export interface Notifications extends AsyncDisposable {
  /** Every kind there is, and every kind of channel. */
  readonly kinds: ReadonlyMap<string, NoticeKind>;
  readonly channelKinds: Readonly<Record<string, ChannelOpener>>;
  /** See {@link raiseOperation}: for the transaction of the act that is told. */
  operation(event: NoticeEvent): RecordOperation;
  /** See {@link tellSeldom}: of a state that was found, and that no act brought about. */
  tellSeldom(state: string, event: NoticeEvent): Promise<void>;
  isOver(state: string): Promise<void>;
  /** See {@link listFeed}. */
  list(reader: FeedReader, query: FeedQuery): Promise<FeedPage>;
  /** See {@link markNotices}. */
  mark(reader: Pick<FeedReader, 'accountId'>, noticeIds: readonly string[] | null, isRead: boolean): Promise<number>;
  /** See {@link withdraw}. */
  withdraw(accountId: string, about: Parameters<typeof withdraw>[2]): Promise<void>;
  /** See {@link forgetReader}: when an account is destroyed. */
  forget(accountId: string): Promise<void>;

  /** What a person chose; each act is in rules/acts.ts. */
  preferences(accountId: string): Promise<Preferences>;
  setRule(who: Actor, rule: Omit<Rule, 'timing'> & { readonly timing: Rule['timing'] | null }): Promise<Preferences>;
  setHours(who: Actor, hours: Hours): Promise<Preferences>;
  setAddress(who: Actor, channelId: string, destination: string): Promise<Preferences>;
  removeAddress(who: Actor, channelId: string): Promise<Preferences>;
  confirmAddress(token: string): Promise<void>;
  /** Channels on which people have addresses of their own. */
  personalChannels(): Promise<readonly ChannelFacts[]>;

  /** For admins: the routes see to that. Each act is in setup/acts.ts. */
  readonly channels: {
    list(): Promise<readonly ChannelStatus[]>;
    add(who: Actor, wanted: NewChannel): Promise<ChannelStatus>;
    change(who: Actor, channelId: string, kind: string, change: ChannelChange): Promise<ChannelStatus>;
    remove(who: Actor, channelId: string): Promise<void>;
    test(who: Actor, channelId: string, signal: AbortSignal): Promise<{ readonly sent: boolean }>;
    examine(facts: ChannelFacts, signal: AbortSignal): Promise<void>;
    dead(): Promise<readonly DeadLetter[]>;
    retry(who: Actor, letterId: string): Promise<void>;
  };
  /** The browsers of people; each act is in push/subscriptions.ts. */
  readonly push: {
    /** See {@link Vapid.publicKey}. */
    publicKey(): Promise<string>;
    list(accountId: string): Promise<readonly Subscription[]>;
    subscribe(who: Actor, wanted: Parameters<typeof subscribe>[2]): Promise<string>;
    unsubscribe(who: Actor, subscriptionId: string): Promise<void>;
    /** See {@link unsubscribeSession}. */
    sessionEnded(ended: Parameters<typeof unsubscribeSession>[1]): Promise<void>;
  };
  /** Makes notices of all events that are there, now. */
  make(): Promise<void>;
  /** Sends what is due, now. */
  send(): Promise<void>;
}

/** Starts to work in the background. Dispose it after the features and before the stores. */
export function openNotifications(given: NotificationsDeps): Notifications {
  const kinds = kindsByName(given.kinds);
  const vault = openVault(given.workspaceKey);
  const vapid = openVapid({ ...given, vault });
  const pushChannel = openPushChannel({
    machine: given.machine,
    settings: given.settings,
    vapid,
    subscriptions: (accountId) => listSubscriptions(deps, accountId),
    onGone: (accountId, subscription) => forgetSubscription(deps, accountId, subscription),
  });
  const push = { facts: pushFacts(given.settings.noticePushGapMs), channel: pushChannel };
  const alerts = {
    facts: alertsFacts(given.settings.noticeGapMs),
    channel: openAlertsChannel(given.alertsRoom, given.machine.settings),
  };
  const channels = openChannels({ ...given, vault, builtIn: [push, alerts] });
  const letterDeps = () => ({ kinds, origin: given.origin() });
  const { allowedNetworks } = given.machine;
  const deps = { random: Math.random, ...given, vault, kinds, channels, letterDeps, allowedNetworks };
  const gapOf = async (channelId: string): Promise<number> => (await channels.facts(channelId))?.gapMs ?? 0;
  const outbox = startOutbox(deps);
  const maker = startMaker({ ...deps, onMade: () => outbox.notify() });
  return {
    kinds,
    channelKinds: given.channelKinds,
    operation: (event) => raiseOperation(deps, event),
    tellSeldom: (state, event) =>
      tellSeldom(deps, state, deps.settings.noticeAgainMs, () => raiseOperation(deps, event)),
    isOver: (state) => isOver(deps, state),
    list: (reader, query) => listFeed(deps, reader, query),
    mark: ({ accountId }, noticeIds, isRead) => markNotices(deps, accountId, noticeIds, isRead),
    withdraw: (accountId, about) => withdraw({ ...deps, gapOf }, accountId, about),
    forget: (accountId) =>
      forgetReader(deps, accountId, () => unsubscribeSession(deps, { accountId, sessionId: null })),
    preferences: (accountId) => showPreferences(deps, accountId),
    setRule: (who, rule) => setRule(deps, who, rule),
    setHours: (who, hours) => setHours(deps, who, hours),
    async setAddress(who, channelId, destination) {
      const preferences = await setAddress(deps, who, channelId, destination);
      outbox.notify();
      return preferences;
    },
    removeAddress: (who, channelId) => removeAddress(deps, who, channelId),
    confirmAddress: (token) => confirmAddress(deps, token),
    personalChannels: async () => (await channels.all()).filter(({ isPersonal }) => isPersonal),
    channels: {
      list: () => listChannels(deps),
      add: (who, wanted) => addChannel(deps, who, wanted),
      async change(who, channelId, kind, change) {
        const changed = await changeChannel(deps, who, channelId, kind, change);
        outbox.notify();
        return changed;
      },
      remove: (who, channelId) => removeChannel(deps, who, channelId),
      test: (who, channelId, signal) => testChannel(deps, who, channelId, signal),
      examine: (facts, signal) => examineChannel(deps, facts, signal),
      dead: () => listDead(deps),
      async retry(who, letterId) {
        await retryDead(deps, who, letterId);
        outbox.notify();
      },
    },
    push: {
      publicKey: () => vapid.publicKey(),
      list: (accountId) => listSubscriptions(deps, accountId),
      subscribe: (who, wanted) => subscribe(deps, who, wanted),
      unsubscribe: (who, subscriptionId) => unsubscribe(deps, who, subscriptionId),
      sessionEnded: (ended) => unsubscribeSession(deps, ended),
    },
    make: () => maker.make(),
    send: () => outbox.send(),
    async [Symbol.asyncDispose]() {
      await maker[Symbol.asyncDispose]();
      await outbox[Symbol.asyncDispose]();
      await channels[Symbol.asyncDispose]();
    },
  };
}
