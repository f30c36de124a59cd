import { filesScope } from './scope.ts';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import '../../base/http/access.ts';
import { sessionOf } from '../../accounts/index.ts';
import type { TreeActs } from '../tree-acts.ts';
import * as wire from '../wire.ts';
import { entityTags } from './request-headers.ts';
import { headerText } from './upload-routes.ts';

const onTaken =
  'A taken name is answered with 409 `name_taken`; with `force` a file that goes onto a file becomes its next version.';

/** Moving, and the trash. */
export function treeRoutes(files: TreeActs): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.route({
      method: 'POST',
      url: '/drives/:driveId/entries/:entryId/move',
      config: filesScope,
      schema: {
        operationId: 'moveEntry',
        summary: 'Rename or move a file or folder',
        description: `What is left out stays as it is. A folder takes along what lies in it. ${onTaken} \`If-Match: "<versionId>"\` guards against newer content.`,
        tags: ['files'],
        params: wire.EntryParams,
        body: wire.MoveRequest,
        response: { 200: wire.MovedView },
      },
      handler: (request) => {
        const { folderId, name, force } = request.body;
        const ifMatch = entityTags(request.headers['if-match']);
        const { driveId, entryId } = request.params;
        return files.move(sessionOf(request), driveId, entryId, { folderId, name }, { force, ifMatch });
      },
    });

    app.route({
      method: 'POST',
      url: '/drives/:driveId/entries/:entryId/copy',
      config: filesScope,
      schema: {
        operationId: 'copyEntry',
        summary: 'Copy a file or folder',
        description: `A file as it is now, without its older versions; a folder with all that lies in it, which appears whole or not at all (but for what is moved meanwhile from a folder in it that is still to come into one that was copied). In a drive a copy takes no more space; into another drive everything is encrypted anew. ${onTaken}`,
        tags: ['files'],
        params: wire.EntryParams,
        body: wire.CopyRequest,
        response: { 201: wire.CopiedView },
      },
      handler: async (request, reply) => {
        const { driveId, entryId } = request.params;
        const copied = await files.copy(sessionOf(request), driveId, entryId, {
          ...request.body,
          ifMatch: entityTags(request.headers['if-match']),
          idempotencyKey: headerText(request, 'idempotency-key'),
        });
        const { entry } = copied;
        return reply.code(201).header('Location', `/api/v1/drives/${entry.driveId}/entries/${entry.id}`).send(copied);
      },
    });

    app.route({
      method: 'POST',
      url: '/drives/:driveId/entries/:entryId/trash',
      config: filesScope,
      schema: {
        operationId: 'trashEntry',
        summary: 'Put a file or folder into the trash',
        description:
          'It keeps all its versions, gives its name up, and goes for good when its days in the trash are over.',
        tags: ['trash'],
        params: wire.EntryParams,
        response: { 200: wire.EntryView },
      },
      handler: (request) => {
        const { driveId, entryId } = request.params;
        const ifMatch = entityTags(request.headers['if-match']);
        return files.trash(sessionOf(request), driveId, entryId, { ifMatch });
      },
    });

    app.route({
      method: 'GET',
      url: '/drives/:driveId/trash',
      config: filesScope,
      schema: {
        operationId: 'listTrash',
        summary: 'What is in the trash',
        description: 'In order of creation. What lies in a folder in the trash is listed like that of any folder.',
        tags: ['trash'],
        params: wire.DriveParams,
        querystring: wire.PageQuery,
        response: { 200: wire.TrashList },
      },
      handler: (request) => files.listTrash(sessionOf(request), request.params.driveId, request.query),
    });

    app.route({
      method: 'POST',
      url: '/drives/:driveId/trash/:entryId/restore',
      config: filesScope,
      schema: {
        operationId: 'restoreEntry',
        summary: 'Bring something back out of the trash',
        description: `To where it was, or to \`folderId\`, under its name or under \`name\`. ${onTaken}`,
        tags: ['trash'],
        params: wire.EntryParams,
        body: wire.MoveRequest,
        response: { 200: wire.MovedView },
      },
      handler: (request) => {
        const { driveId, entryId } = request.params;
        return files.restoreFromTrash(sessionOf(request), driveId, entryId, request.body);
      },
    });

    app.route({
      method: 'DELETE',
      url: '/drives/:driveId/trash/:entryId',
      config: filesScope,
      schema: {
        operationId: 'purgeEntry',
        summary: 'Remove something in the trash for good',
        description:
          'From then on nobody finds it; its objects are deleted from both stores right after. For managers of the drive.',
        tags: ['trash'],
        params: wire.EntryParams,
        response: { 204: wire.Done },
      },
      handler: async (request, reply) => {
        await files.purge(sessionOf(request), request.params.driveId, request.params.entryId);
        return reply.code(204).send(null);
      },
    });

    app.route({
      method: 'DELETE',
      url: '/drives/:driveId/trash',
      config: filesScope,
      schema: {
        operationId: 'emptyTrash',
        summary: 'Remove all that is in the trash for good',
        tags: ['trash'],
        params: wire.DriveParams,
        response: { 200: wire.EmptiedView },
      },
      handler: (request) => files.emptyTrash(sessionOf(request), request.params.driveId),
    });
  };
}
