import { filesScope } from './scope.ts';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import '../../base/http/access.ts';
import { sessionOf, type SessionWatch } from '../../accounts/index.ts';
import { browseRoutes } from './browse-routes.ts';
import { contentRoutes } from './content-routes.ts';
import type { Files } from '../files.ts';
import { quotaRoutes } from './quota-routes.ts';
import { shareRoutes } from './share-routes.ts';
import { treeRoutes } from './tree-routes.ts';
import { headerText, uploadRoutes } from './upload-routes.ts';
import { watchTransfers } from './watched-transfer.ts';
import * as wire from '../wire.ts';

/** The routes of files/, to be mounted under `/api/v1`. */
export function filesRoutes(files: Files, sessions: Pick<SessionWatch, 'watch'>): FastifyPluginAsyncTypebox {
  const transfers = watchTransfers(files, sessions);
  return async (app) => {
    await driveRoutes(files)(app, {});
    await browseRoutes(files)(app, {});
    await contentRoutes(files, transfers)(app, {});
    await app.register(uploadRoutes(files, transfers));
    await treeRoutes(files)(app, {});
    await shareRoutes(files.shares)(app, {});
    await quotaRoutes(files)(app, {});
  };
}

/** Everything that is JSON both ways. */
function driveRoutes(files: Files): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.route({
      method: 'GET',
      url: '/drives',
      config: filesScope,
      schema: { operationId: 'listDrives', summary: 'My drives', tags: ['drives'], response: { 200: wire.DriveList } },
      handler: (request) => files.drives(sessionOf(request)),
    });

    app.route({
      method: 'GET',
      url: '/drives/:driveId',
      config: filesScope,
      schema: {
        operationId: 'getDrive',
        summary: 'One drive',
        tags: ['drives'],
        params: wire.DriveParams,
        response: { 200: wire.DriveView },
      },
      handler: (request) => files.drive(sessionOf(request), request.params.driveId),
    });

    app.route({
      method: 'GET',
      url: '/drives/:driveId/entries/:entryId',
      config: filesScope,
      schema: {
        operationId: 'getEntry',
        summary: 'One file or folder',
        tags: ['files'],
        params: wire.EntryParams,
        response: { 200: wire.EntryView },
      },
      handler: (request) => files.entry(sessionOf(request), request.params.driveId, request.params.entryId),
    });

    app.route({
      method: 'POST',
      url: '/drives/:driveId/lookup',
      config: filesScope,
      schema: {
        operationId: 'lookUpPath',
        summary: 'Find a file or folder by its path',
        description: 'A POST because names never stand in addresses, which end up in logs. It changes nothing.',
        tags: ['files'],
        params: wire.DriveParams,
        body: wire.LookupRequest,
        response: { 200: wire.EntryView },
      },
      handler: (request) => files.lookUp(sessionOf(request), request.params.driveId, request.body.path),
    });

    app.route({
      method: 'POST',
      url: '/drives/:driveId/folders/:folderId/folders',
      config: filesScope,
      schema: {
        operationId: 'makeFolder',
        summary: 'Make a folder',
        tags: ['files'],
        params: wire.FolderParams,
        body: wire.NewFolder,
        response: { 201: wire.EntryView },
      },
      handler: async (request, reply) => {
        const { driveId, folderId } = request.params;
        const made = await files.makeFolder(sessionOf(request), driveId, folderId, {
          name: request.body.name,
          idempotencyKey: headerText(request, 'idempotency-key'),
        });
        return reply.code(201).header('Location', `/api/v1/drives/${driveId}/entries/${made.id}`).send(made);
      },
    });

    app.route({
      method: 'POST',
      url: '/drives/:driveId/keyring/export',
      schema: {
        operationId: 'exportKeyring',
        summary: 'Export the keys of a drive',
        description:
          'An age identity file with which the stock age tool opens every object of the drive, without this server. Asks for the password again.',
        tags: ['drives'],
        params: wire.DriveParams,
        body: wire.KeyringExportRequest,
        response: { 200: wire.KeyringExport },
      },
      handler: async (request, reply) => {
        const exported = await files.exportKeyring(sessionOf(request), request.params.driveId, request.body.password);
        return reply.header('Cache-Control', 'no-store').send(exported);
      },
    });

    app.route({
      method: 'GET',
      url: '/backup/status',
      config: { access: 'member' },
      schema: {
        operationId: 'backupStatus',
        summary: 'Whether every version has its copies',
        tags: ['backup'],
        response: { 200: wire.BackupStatusView },
      },
      handler: async (request) => {
        const status = await files.backupStatus();
        if (sessionOf(request).role === 'admin') return status;
        // Where the stores are is the business of the person who runs them.
        return { ...status, stores: status.stores.map(withoutUrl) };
      },
    });
  };
}

function withoutUrl(store: wire.StoreStatus): wire.StoreStatus {
  const { url, ...rest } = store;
  return url === undefined ? store : rest;
}
