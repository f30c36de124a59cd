import { filesScope } from './scope.ts';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { sessionOf, type Session } from '../../accounts/index.ts';
import type { Files } from '../files.ts';
import { entityTags } from './request-headers.ts';
import { sendContent, sendZip, type Watched } from './send-content.ts';
import { headerText } from './upload-routes.ts';
import type { TransferWatch } from './watched-transfer.ts';
import { EntryParams, FolderParams, PageQuery, StoredView, VersionList, VersionParams } from '../wire.ts';

const described =
  'With `Range` a part of it, `If-None-Match` and `If-Range` hold against the version’s id as ETag. ' +
  '`Repr-Digest` is the SHA-256 of the whole content; HEAD tells all of this without it. A connection that is cut means that not all of it could be read.';

/** Reading of files and their history. */
export function contentRoutes(files: Files, transfers: TransferWatch): FastifyPluginAsyncTypebox {
  const watching =
    (session: Session, driveId: string): Watched =>
    (onEnded) =>
      transfers.watch({ session, driveId, need: 'view' }, onEnded);
  return async (app) => {
    app.route({
      method: 'GET',
      url: '/drives/:driveId/files/:entryId/content',
      config: filesScope,
      schema: {
        operationId: 'getContent',
        summary: 'Download a file',
        description: described,
        tags: ['files'],
        params: EntryParams,
      },
      handler: async (request, reply) => {
        const { driveId, entryId } = request.params;
        const session = sessionOf(request);
        const download = await files.open(session, driveId, entryId);
        return sendContent(request, reply, download, watching(session, driveId));
      },
    });

    app.route({
      method: 'GET',
      url: '/drives/:driveId/files/:entryId/versions/:versionId/content',
      config: filesScope,
      schema: {
        operationId: 'getVersionContent',
        summary: 'Download a version of a file',
        description: described,
        tags: ['versions'],
        params: VersionParams,
      },
      handler: async (request, reply) => {
        const { driveId, entryId, versionId } = request.params;
        const session = sessionOf(request);
        const download = await files.open(session, driveId, entryId, versionId);
        return sendContent(request, reply, download, watching(session, driveId));
      },
    });

    app.route({
      method: 'GET',
      url: '/drives/:driveId/folders/:folderId/zip',
      config: filesScope,
      schema: {
        operationId: 'getFolderZip',
        summary: 'Download a folder as a zip',
        description:
          'With all that lies in it, streamed. Names that Windows cannot hold are changed. When a file cannot be read the connection is cut before the directory at the end, so that no half of an archive passes for a whole one. Folders are listed one after the other: what is moved meanwhile from one that is still to come into one that was listed is not in it.',
        tags: ['files'],
        params: FolderParams,
      },
      handler: async (request, reply) => {
        const { driveId, folderId } = request.params;
        const session = sessionOf(request);
        return sendZip(request, reply, await files.zip(session, driveId, folderId), watching(session, driveId));
      },
    });

    app.route({
      method: 'GET',
      url: '/drives/:driveId/files/:entryId/versions',
      config: filesScope,
      schema: {
        operationId: 'listVersions',
        summary: 'The versions of a file',
        description: 'Newest first.',
        tags: ['versions'],
        params: EntryParams,
        querystring: PageQuery,
        response: { 200: VersionList },
      },
      handler: (request) =>
        files.versions(sessionOf(request), request.params.driveId, request.params.entryId, request.query),
    });

    app.route({
      method: 'POST',
      url: '/drives/:driveId/files/:entryId/versions/:versionId/restore',
      config: filesScope,
      schema: {
        operationId: 'restoreVersion',
        summary: 'Bring an older version back',
        description: 'Makes a new version with the content of the old one; nothing of the history is lost.',
        tags: ['versions'],
        params: VersionParams,
        response: { 201: StoredView },
      },
      handler: async (request, reply) => {
        const { driveId, entryId, versionId } = request.params;
        const restored = await files.restore(sessionOf(request), driveId, entryId, versionId, {
          ifMatch: entityTags(request.headers['if-match']),
          idempotencyKey: headerText(request, 'idempotency-key'),
        });
        return reply.code(201).header('ETag', `"${restored.entry.versionId}"`).send(restored);
      },
    });
  };
}
