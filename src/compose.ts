/**
 * The wiring, by hand and in one place: configuration in, running workspace out. What is opened first is closed last.
 */
import {
  chatterOf,
  accountsRoutes,
  type Accounts,
  openAccounts,
  openKdf,
  openSessionWatch,
  reporterOf,
  sessionOf,
} from './accounts/index.ts';
import { type Audit, auditRoutes, openAudit } from './audit/index.ts';
import { actorOf } from './base/audit-event.ts';
import { errorFacts } from './base/error-facts.ts';
import { newId } from './base/ids.ts';
import { version } from './base/version.ts';
import { bucketsRoutes } from './buckets/routes.ts';
import { type Chat, chatRoutes } from './chat/index.ts';
import { chatCaller, chatCallerOf, openWorkspaceChat, shareHolders } from './compose/chat.ts';
import { openChatLine } from './compose/chat-line.ts';
import { runDoctor } from './compose/doctor.ts';
import { doctorRoutes } from './compose/doctor-routes.ts';
import { type GroundDeps, openGround } from './compose/open-ground.ts';
import { openMetrics } from './compose/metrics/open-metrics.ts';
import { openCertificate } from './compose/open-certificate.ts';
import { openPubSub } from './compose/open-pub-sub.ts';
import { keyDestroyer, keyPublisher, keyRetractor } from './compose/publish-key.ts';
import { readiness, readinessParts } from './compose/readiness.ts';
import { servedErrors } from './compose/served-errors.ts';
import { recordsRoutes } from './compose/records-routes.ts';
import { startStoreMover } from './compose/store-mover.ts';
import { storeMoves } from './compose/store-moves.ts';
import { storesRoutes } from './compose/stores-routes.ts';
import { builtWebFolder } from './compose/web-folder.ts';
import type { Config } from './config/index.ts';
import { auditTrouble } from './compose/notices/audit-notices.ts';
import { decideAs, openAlertsAsSet } from './compose/notices/chat-rooms.ts';
import { messageNotice, seenIn } from './compose/notices/chat-notices.ts';
import { findingNotices } from './compose/notices/finding-notices.ts';
import { tellWatched } from './compose/notices/guard-notices.ts';
import { noticedTrail } from './compose/notices/noticed-trail.ts';
import { startOwnStoresGuard } from './compose/bucket-guard/own-stores-later.ts';
import { startGuardQueue } from './compose/bucket-guard/guard-queue-later.ts';
import { serveBucketsLater } from './compose/bucket-guard/served-later.ts';
import { hostReporter, openFleet } from './compose/fleet.ts';
import { openNetwork } from './compose/network.ts';
import { openNotices } from './compose/notices/open-notices.ts';
import { quotaNotice } from './compose/notices/quota-notices.ts';
import { startNoticeWatch } from './compose/notices/watch.ts';
import { findingsRoutes, openFindings } from './findings/index.ts';
import { type Files, filesRoutes, openFiles } from './files/index.ts';
import { fleetRoutes } from './host/routes.ts';
import { networkRoutes } from './network/routes.ts';
import {
  liveRoutes,
  onAccessChanged,
  openLive,
  publishAccessChanged,
  publishChange,
  publishNotice,
} from './live/index.ts';
import { type Notifications, notificationsRoutes } from './notifications/index.ts';
import { openSignedPosts, resolveHost } from './notifications/channels/index.ts';
import { type HttpServer, openHttpServer, signUpIsOpenTo } from './server/index.ts';
import type { ObjectStore } from './storage/index.ts';

export { auditVerifyOffline } from './compose/audit-offline.ts';
export { doctorOffline } from './compose/doctor-offline.ts';
export { moveRecordsOffline } from './compose/move-records.ts';
export { moveWorkspaceKeyOffline } from './compose/move-workspace-key.ts';
export { openLog } from './compose/open-log.ts';
export { probeStoreOffline } from './compose/probe-store.ts';

/** A workspace that serves. Disposing stops it in order: requests, then copies, then the audit trail, then stores. */
export interface Workspace extends AsyncDisposable {
  readonly server: HttpServer;
  readonly accounts: Accounts;
  readonly files: Files;
  readonly audit: Audit;
  readonly stores: { readonly primary: ObjectStore; readonly backup: ObjectStore };
  readonly notifications: Notifications;
  /** The first is the one to tell people. */
  readonly addresses: readonly string[];
  /** Where browsers are sent to TLS from; none where nothing listens in clear. */
  readonly redirect: readonly { readonly host: string; readonly port: number }[];
  /** Commands that reach the line protocol of the chat; none where it is off. */
  readonly chatLine: readonly string[];
  /** Makes the first account; `null` once there is one. */
  readonly setupCode: string | null;
  readonly setupCodeFile: string;
  /** Things a person should look at, one sentence each. */
  readonly warnings: readonly string[];
}

/** What tests and benches put in the place of the real thing. */
export interface Overrides extends GroundDeps {
  /** In place of the built web app; `null`: none. */
  readonly webFolder?: string | null;
}

/** Opens everything and listens. When something refuses, what was opened before it is closed again. */
export async function compose(config: Config, overrides: Overrides): Promise<Workspace> {
  await using opened = new AsyncDisposableStack();
  const { clock, log } = overrides;
  const { settings } = config;
  const warnings: string[] = [];

  const certificate = opened.use(await openCertificate(config, overrides));
  warnings.push(...certificate.warnings);

  const ground = opened.use(await openGround(config, overrides));
  const { primary, backup, records, openedRecords, workspaceKey, known } = ground;
  const { workspaceId } = workspaceKey;
  warnings.push(...ground.warnings);

  const pubSub = opened.use(await openPubSub(config, { workspaceId, log }));
  if (!pubSub.reached) warnings.push('Redis (HOLDFAST_PUBSUB) cannot be reached: what other servers do is seen late.');
  const holder = newId();
  const audit: Audit = opened.use(
    openAudit({
      ...{ records, primary, backup, workspaceKey, clock, log, settings: settings.audit, holder },
      onTrouble: () => [notifications.operation(auditTrouble)],
    }),
  );
  let origin = config.publicUrl?.origin ?? null;
  const notifications: Notifications = opened.use(
    openNotices({
      config,
      records,
      clock,
      log,
      workspaceKey,
      audit,
      holder,
      accounts: () => accounts,
      chat: () => chat,
      origin: () => origin,
      onNotice: (accountId) => publishNotice(pubSub, accountId),
    }),
  );
  const trail = noticedTrail(audit, notifications);
  const findings = openFindings({
    records,
    clock,
    settings: settings.findings,
    audit,
    onOpened: (scopeId, found) => findingNotices(scopeId, found).map((event) => notifications.operation(event)),
  });
  const kdf = opened.use(openKdf(settings.accounts, log));

  const files = opened.use(
    openFiles({
      records,
      primary,
      backup,
      clock,
      log,
      settings: settings.files,
      suite: config.suite,
      rowMac: workspaceKey,
      holder,
      isAlone: openedRecords.isAlone,
      audit,
      history: (entryId, page) => audit.history(entryId, {}, page),
      accountName: (accountId) => accounts.accountName(accountId),
      verifyPassword: (session, password) => accounts.verifyPassword(session, password),
      onChange: (change) => publishChange(pubSub, change),
      onQuota: quotaNotice(notifications),
      ...shareHolders(() => chat, log),
    }),
  );
  const accounts: Accounts = openAccounts({
    records,
    clock,
    log,
    audit: trail,
    workspaceKey,
    ringPlace: ground.ringPlace,
    settings: settings.accounts,
    kdf,
    setupCodeFile: ground.setupCodeFile,
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
      everyMs: settings.accounts.sessionRecheckMs,
      clock,
      log,
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
    pubSub,
    watch,
    visibleDrives: (accountId) => files.visibleDrives(accountId),
    parts: [{ prefix: 'chat', begin: (listener, peer) => chat.talk(listener, peer) }],
    settings: settings.live,
    log,
  });

  opened.use(accounts.startErrands(holder));
  const moving = { ...known, workspaceId, audit, log, holder };
  const mover = opened.use(startStoreMover(moving));
  const moves = storeMoves({ ...moving, onMove: () => mover.notify() });
  opened.use(
    startNoticeWatch({
      ...{ notifications, findings, clock, log, certificate: certificate.source },
      copies: () => files.backupStatus(),
      everyMs: settings.notifications.noticeWatchMs,
    }),
  );

  const ofBuckets = { config, settings: settings.buckets, records, findings, notifications, audit, holder, clock, log };
  opened.use(startOwnStoresGuard(ofBuckets));
  opened.use(startGuardQueue(ofBuckets));
  const servedBuckets = opened.use(serveBucketsLater(ofBuckets));
  const ofWatches = {
    ...{ ...ofBuckets, hostSettings: settings.host },
    personOfEmail: (email: string) => accounts.personOfEmail(email),
  };

  const fleet = opened.use(openFleet({ ...ofBuckets, settings: settings.host, workspaceKey }));
  const network = opened.use(openNetwork({ config, settings: settings.network, audit, findings, clock, log }));

  const edge = {
    publicUrl: config.publicUrl,
    trustedProxies: config.trustedProxies.includes,
    insecureHttp: config.insecureHttp,
  };
  const examine = () =>
    runDoctor({
      config,
      clock,
      records,
      examineTable: openedRecords.examineTable,
      primary,
      backup,
      workspaceId,
      copies: () => files.backupStatus(),
      notifications,
      certificate: certificate.source,
    });
  const ready = () => readiness(readinessParts(known));
  const figures = { primary: ground.stores.primary.figures, backup: ground.stores.backup.figures };
  const metrics = opened.use(
    await openMetrics(config, {
      ...{ findings, channels: notifications.channels, readiness: ready, certificate: certificate.source, log },
      stores: figures,
      copies: () => files.backupStatus(),
    }),
  );
  const server = opened.use(
    await openHttpServer({
      hosts: config.hosts,
      port: config.port,
      tls: certificate.source,
      ...(config.openedSockets && { opened: config.openedSockets.server }),
      edge,
      settings: settings.server,
      routes: [
        accountsRoutes(accounts, { signUpIsOpen: (request) => signUpIsOpenTo(request, edge) }),
        filesRoutes(files, watch),
        auditRoutes(audit, {
          actorOf: (request) => actorOf(sessionOf(request)),
          accountName: (accountId) => accounts.accountName(accountId),
        }),
        findingsRoutes(findings, {
          clock,
          settings: settings.findings,
          decider: deciderOf,
          reporter: (request) => hostReporter(request) ?? { reporterId: reporterOf(request) },
        }),
        bucketsRoutes(() => servedBuckets.open(), { auditor: deciderOf, tell: tellWatched(ofWatches) }),
        fleetRoutes(fleet.open, { admin: deciderOf, settings: settings.host }),
        networkRoutes(network.open, {
          clock,
          admin: (request) => actorOf(sessionOf(request)),
          settings: settings.network,
        }),
        notificationsRoutes(notifications, { reader: sessionOf }),
        chatRoutes(chat, {
          caller: chatCallerOf,
          person: async (id) => (await accounts.person(id)) ?? (await chat.bots.person(id)),
          attachments: { files, watch },
        }),
        liveRoutes(live, (request) => request.bot ?? chatterOf(request)),
        doctorRoutes(examine),
        recordsRoutes(() => openedRecords.makeBackup()),
        storesRoutes({
          stores: { primary, backup },
          figures,
          moves,
          verifyPassword: (session, password) => accounts.verifyPassword(session, password),
        }),
      ],
      authenticate: (token) => accounts.authenticate(token),
      authenticateAppPassword: (token) => accounts.authenticateAppPassword(token),
      authenticateBot: (token) => chat.bots.authenticate(token),
      authenticateHost: async (token) => (await fleet.open()).authenticateHost(token),
      authenticateEnrolment: async (token) => (await fleet.open()).authenticateEnrolment(token),
      readiness: ready,
      metrics: () => metrics.families(),
      metricsToken: metrics.token,
      errors: servedErrors,
      version,
      webFolder: overrides.webFolder === undefined ? builtWebFolder() : overrides.webFolder,
      clock,
      log,
    }),
  );
  origin ??= server.addresses[0] ?? null;
  const redirect = opened.use(await certificate.redirectTo(server.port));
  const chatLine = opened.use(
    await openChatLine({
      ...{ line: config.chatLine, tls: certificate.source, publicHost: config.publicUrl?.hostname ?? null },
      ...{ chat, accounts, watch, origin, settings: settings.chatLine, log, clock },
      keyKeptMs: settings.chat.chatKeyKeptMs,
      shared: openedRecords.isAlone ? null : { records, pubSub, workspaceKey, serverId: holder },
    }),
  );
  if (config.insecureHttp) {
    warnings.push('Served without TLS (--insecure-http): passwords and files can be read on the way.');
  }

  const running = opened.move();
  return {
    server,
    accounts,
    files,
    audit,
    stores: { primary, backup },
    notifications,
    addresses: server.addresses,
    redirect: redirect.addresses,
    setupCode: ground.setupCode,
    setupCodeFile: ground.setupCodeFile,
    chatLine: chatLine.addresses,
    warnings: [...warnings, ...chatLine.warnings],
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

/** Who decides about a finding, as its history shows it. */
function deciderOf(request: Parameters<typeof sessionOf>[0]) {
  const session = sessionOf(request);
  return { by: `@${session.handle}`, ...actorOf(session) };
}
