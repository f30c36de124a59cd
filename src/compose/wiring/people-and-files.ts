/** What belongs to people: accounts, files, chat, notices, findings and the trail of it all, which need each other. */
import {
  accountsRoutes,
  type Accounts,
  chatterOf,
  type KdfFigures,
  openAccounts,
  openKdf,
  openSessionWatch,
  reporterOf,
  type SessionWatch,
  sessionOf,
} from '../../accounts/index.ts';
import { type Audit, auditRoutes, openAudit } from '../../audit/index.ts';
import { actorOf } from '../../base/audit-event.ts';
import type { Clock } from '../../base/clock.ts';
import { errorFacts } from '../../base/error-facts.ts';
import type { Log } from '../../base/log.ts';
import { type Chat, chatRoutes } from '../../chat/index.ts';
import type { Config } from '../../config/index.ts';
import { type Files, filesRoutes, openFiles } from '../../files/index.ts';
import { type Findings, findingsRoutes, openFindings } from '../../findings/index.ts';
import {
  liveRoutes,
  onAccessChanged,
  openLive,
  publishAccessChanged,
  publishChange,
  publishNotice,
} from '../../live/index.ts';
import { openSignedPosts, resolveHost } from '../../notifications/channels/index.ts';
import { type Notifications, notificationsRoutes } from '../../notifications/index.ts';
import { signUpIsOpenTo } from '../../server/index.ts';
import type { PubSub } from '../../storage/index.ts';
import { chatCaller, chatCallerOf, openWorkspaceChat, shareHolders } from '../chat-hub/chat.ts';
import { diskRoom } from '../disk-room.ts';
import { hostReporter } from '../host-guard/fleet.ts';
import { auditTrouble } from '../notices/audit-notices.ts';
import { messageNotice, seenIn } from '../notices/chat-notices.ts';
import { decideAs, openAlertsAsSet } from '../notices/chat-rooms.ts';
import { findingNotices } from '../notices/finding-notices.ts';
import { noticedTrail } from '../notices/noticed-trail.ts';
import { openNotices } from '../notices/open-notices.ts';
import { quotaNotice } from '../notices/quota-notices.ts';
import type { Ground } from '../open-ground.ts';
import { keyDestroyer, keyPublisher, keyRetractor } from '../keys/publish-key.ts';
import { isStillOurs } from '../stores/workspace-marker.ts';
import { deciderOf, type Edge, type Routes } from './parts.ts';

export interface PeopleParts {
  readonly config: Config;
  readonly ground: Ground;
  readonly pubSub: PubSub;
  readonly edge: Edge;
  /** Where people reach the web pages; `null` until that is known. */
  readonly origin: () => string | null;
  /** Names this process among the servers of the workspace. */
  readonly holder: string;
  readonly clock: Clock;
  readonly log: Log;
}

export interface People extends AsyncDisposable {
  readonly accounts: Accounts;
  readonly files: Files;
  readonly chat: Chat;
  readonly audit: Audit;
  readonly notifications: Notifications;
  readonly findings: Findings;
  /** Holds what lasts against the session it was begun with. */
  readonly watch: SessionWatch;
  /** Of the checks of passwords. */
  readonly passwords: () => KdfFigures;
  readonly routes: Routes;
}

export async function openPeople({ config, ground, pubSub, ...parts }: PeopleParts): Promise<People> {
  await using opened = new AsyncDisposableStack();
  const { holder, clock, log } = parts;
  const { settings } = config;
  const { primary, backup, records, openedRecords, workspaceKey } = ground;
  const audit: Audit = opened.use(
    openAudit({
      ...{ records, primary, backup, workspaceKey, clock, log, settings: settings.audit, holder },
      onTrouble: () => [notifications.operation(auditTrouble)],
    }),
  );
  const notifications: Notifications = opened.use(
    openNotices({
      ...{ config, records, clock, log, workspaceKey, audit, holder, origin: parts.origin },
      accounts: () => accounts,
      chat: () => chat,
      onNotice: (accountId) => publishNotice(pubSub, accountId),
    }),
  );
  const trail = noticedTrail(audit, notifications);
  const findings = openFindings({
    ...{ records, clock, settings: settings.findings, audit },
    onOpened: (scopeId, found, run) =>
      findingNotices(scopeId, found, run).map((event) => notifications.operation(event)),
  });
  const kdf = opened.use(openKdf(settings.accounts, log));

  const files = opened.use(
    openFiles({
      ...{ records, primary, backup, clock, log, settings: settings.files, suite: config.suite, holder, audit },
      rowMac: workspaceKey,
      isAlone: openedRecords.isAlone,
      inFiles: ground.inFiles,
      history: (entryId, page) => audit.history(entryId, {}, page),
      accountName: (accountId) => accounts.accountName(accountId),
      isStillOurs: (store) => isStillOurs(store, workspaceKey.workspaceId),
      verifyPassword: (session, password) => accounts.verifyPassword(session, password),
      onChange: (change) => publishChange(pubSub, change),
      onQuota: quotaNotice(notifications),
      mustHaveRoom: diskRoom(config),
      ...shareHolders(() => chat, log),
    }),
  );
  const accounts: Accounts = openAccounts({
    ...{ records, clock, log, audit: trail, workspaceKey, settings: settings.accounts, kdf },
    ...{ ringPlace: ground.ringPlace, setupCodeFile: ground.setupCodeFile },
    ...(config.signUp === null ? {} : { fixedSettings: { 'sign-up': config.signUp } }),
    newDrive: files.provision,
    publishKey: keyPublisher([primary, backup]),
    retractKey: keyRetractor([primary, backup]),
    destroyKey: keyDestroyer([primary, backup]),
    async closeDrives(accountId) {
      await files.closeDrives(accountId);
      await notifications.forget(accountId);
      await chat.forget(accountId);
    },
    async rotateDrives(session, nextRecipient) {
      await chat.wrapForNext(chatCaller(session), nextRecipient);
      return await files.rotateDrives(session, nextRecipient);
    },
    republishDrives: (accountId) => files.republishDrives(accountId),
    onSessionsEnded({ accountId, sessionId }) {
      if (sessionId === null) files.forgetAccount(accountId);
      else files.forgetSession(sessionId);
      publishAccessChanged(pubSub, accountId);
      void notifications.push
        .sessionEnded({ accountId, sessionId })
        .catch((error: unknown) =>
          log.warn({ accountId, ...errorFacts(error) }, 'Browsers of an ended login are told on'),
        );
    },
    onRoleChanged: (accountId) => publishAccessChanged(pubSub, accountId),
    onSettingChanged: (by) => openAlertsAsSet(accounts, chat, by),
  });
  const watch = opened.use(
    openSessionWatch({
      async standing(credential) {
        const bot = await chat.bots.stands(credential);
        if (bot === null) return await accounts.standing(credential);
        return bot ? 'guest' : null;
      },
      ...{ everyMs: settings.accounts.sessionRecheckMs, clock, log },
    }),
  );
  opened.use(onAccessChanged(pubSub, (accountId) => watch.look(accountId)));
  const chat: Chat = opened.use(
    await openWorkspaceChat({
      ...{ records, pubSub, clock, log, workspaceKey, audit: trail, holder, accounts, shares: files.shares },
      recordsAreOlder: openedRecords.mark.isOver,
      tell: (told) => notifications.operation(messageNotice(told)),
      onRead: seenIn(notifications, log),
      settings: settings.chat,
      decide: decideAs(findings),
      posts: openSignedPosts({
        ...{ clock, settings: settings.channels, resolve: resolveHost, allowedNetworks: config.webhookNetworks },
      }),
    }),
  );
  if (openedRecords.mark.isOver) {
    // Whoever is older stays so until everything knows of it.
    await openedRecords.mark.renew();
  }
  const live = openLive({
    ...{ pubSub, watch, settings: settings.live, log },
    visibleDrives: (accountId) => files.visibleDrives(accountId),
    parts: [{ prefix: 'chat', begin: (listener, peer) => chat.talk(listener, peer) }],
  });
  opened.use(accounts.startErrands(holder));

  const running = opened.move();
  return {
    ...{ accounts, files, chat, audit, notifications, findings, watch },
    passwords: () => kdf.figures(),
    routes: [
      accountsRoutes(accounts, { signUpIsOpen: (request) => signUpIsOpenTo(request, parts.edge) }),
      filesRoutes(files, watch),
      auditRoutes(audit, {
        actorOf: (request) => actorOf(sessionOf(request)),
        accountName: (accountId) => accounts.accountName(accountId),
      }),
      findingsRoutes(findings, {
        ...{ clock, settings: settings.findings, decider: deciderOf },
        reporter: (request) => hostReporter(request) ?? { reporterId: reporterOf(request) },
      }),
      notificationsRoutes(notifications, { reader: sessionOf }),
      chatRoutes(chat, {
        caller: chatCallerOf,
        person: async (id) => (await accounts.person(id)) ?? (await chat.bots.person(id)),
        attachments: { files, watch },
      }),
      liveRoutes(live, (request) => request.bot ?? chatterOf(request)),
    ],
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}
