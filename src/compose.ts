/**
 * The wiring, by hand and in one place: configuration in, running workspace out. What is opened first is closed last.
 */
import type { Accounts } from './accounts/index.ts';
import type { Audit } from './audit/index.ts';
import { newId } from './base/ids.ts';
import { version } from './base/version.ts';
import { openChatLine } from './compose/chat-hub/chat-line.ts';
import { openCertificate } from './compose/open-certificate.ts';
import { type GroundDeps, openGround } from './compose/open-ground.ts';
import { openPubSub } from './compose/chat-hub/open-pub-sub.ts';
import { servedErrors } from './compose/served-errors.ts';
import { builtWebFolder } from './compose/web-folder.ts';
import { openGuards } from './compose/wiring/guards.ts';
import { openPeople } from './compose/wiring/people-and-files.ts';
import { openUpkeep } from './compose/wiring/upkeep.ts';
import type { Config } from './config/index.ts';
import type { Files } from './files/index.ts';
import type { Notifications } from './notifications/index.ts';
import { type HttpServer, openHttpServer, reachableUrls } from './server/index.ts';
import type { ObjectStore } from './storage/index.ts';

export { auditVerifyOffline } from './compose/audit-offline.ts';
export { doctorOffline } from './compose/doctor/offline.ts';
export { moveRecordsOffline } from './compose/records/move-records.ts';
export { moveWorkspaceKeyOffline } from './compose/keys/move-workspace-key.ts';
export { openLog } from './compose/open-log.ts';
export { probeStoreOffline } from './compose/stores/probe-store.ts';

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
  /** Where browsers are sent to TLS from, as URLs; none where nothing listens in clear. */
  readonly redirect: readonly string[];
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
  const { settings, publicUrl, insecureHttp } = config;
  const holder = newId();
  const edge = { publicUrl, trustedProxies: config.trustedProxies.includes, insecureHttp };
  let origin = publicUrl?.origin ?? null;
  let connections = (): Readonly<Record<string, number>> => ({});

  const certificate = opened.use(await openCertificate(config, overrides));
  const ground = opened.use(await openGround(config, overrides));
  const { primary, backup, records, openedRecords, workspaceKey } = ground;
  const { workspaceId } = workspaceKey;
  const pubSub = opened.use(await openPubSub(config, { workspaceId, log }));

  const common = { config, ground, holder, clock, log };
  const people = opened.use(await openPeople({ ...common, pubSub, edge, origin: () => origin }));
  const { accounts, audit, chat, files, notifications, watch } = people;
  const guards = opened.use(openGuards({ ...common, people }));
  const upkeep = opened.use(
    await openUpkeep({ ...common, people, certificate: certificate.source, connections: () => connections() }),
  );

  const { authenticateHost, authenticateEnrolment } = guards;
  const { readiness, metrics, metricsToken } = upkeep;
  const server = opened.use(
    await openHttpServer({
      ...{ hosts: config.hosts, port: config.port, tls: certificate.source, edge, settings: settings.server },
      ...(config.openedSockets && { opened: config.openedSockets.server }),
      routes: [...people.routes, ...guards.routes, ...upkeep.routes],
      authenticate: (token) => accounts.authenticate(token),
      authenticateAppPassword: (token) => accounts.authenticateAppPassword(token),
      authenticateBot: (token) => chat.bots.authenticate(token),
      ...{ authenticateHost, authenticateEnrolment, watch, readiness, metrics, metricsToken },
      ...{ errors: servedErrors, version, clock, log },
      webFolder: overrides.webFolder === undefined ? builtWebFolder() : overrides.webFolder,
    }),
  );
  origin ??= server.addresses[0] ?? null;
  const redirect = opened.use(await certificate.redirectTo(server.port));
  const chatLine = opened.use(
    await openChatLine({
      ...{ line: config.chatLine, tls: certificate.source, publicHost: publicUrl?.hostname ?? null },
      ...{ chat, accounts, watch, origin, settings: settings.chatLine, log, clock },
      keyKeptMs: settings.chat.chatKeyKeptMs,
      shared: openedRecords.isAlone ? null : { records, pubSub, workspaceKey, serverId: holder },
    }),
  );
  connections = () => {
    const { http, webSocket } = server.connections();
    return { http, web_socket: webSocket, chat_line: chatLine.count() };
  };

  const running = opened.move();
  return {
    ...{ server, accounts, files, audit, stores: { primary, backup }, notifications },
    addresses: server.addresses,
    redirect: reachableUrls('http', redirect.addresses),
    setupCode: ground.setupCode,
    setupCodeFile: ground.setupCodeFile,
    chatLine: chatLine.addresses,
    warnings: [
      ...certificate.warnings,
      ...ground.warnings,
      ...(pubSub.reached ? [] : ['Redis (HOLDFAST_PUBSUB) cannot be reached: what other servers do is seen late.']),
      ...(insecureHttp ? ['Served without TLS (--insecure-http): passwords and files can be read on the way.'] : []),
      ...chatLine.warnings,
    ],
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}
