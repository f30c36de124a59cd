import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import '../../base/http/access.ts';
import { sessionOf } from '../../accounts/index.ts';
import type { BrowseActs } from '../browse-acts.ts';
import * as listing from '../listing/wire.ts';
import * as wire from '../wire.ts';
import { filesScope } from './scope.ts';

/** Looking for files: sorted lists, search, histories, favourites, what is recent. */
export function browseRoutes(files: BrowseActs): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.route({
      method: 'GET',
      url: '/drives/:driveId/folders/:folderId/entries',
      config: filesScope,
      schema: {
        operationId: 'listFolder',
        summary: 'What a folder holds',
        description:
          'In order of creation, or sorted. A page of a sorted list is as quick in a large folder as in a small one.',
        tags: ['files'],
        params: wire.FolderParams,
        querystring: listing.ListQuery,
        response: { 200: wire.EntryList },
      },
      handler: (request) =>
        files.list(sessionOf(request), request.params.driveId, request.params.folderId, request.query),
    });

    app.route({
      method: 'POST',
      url: '/drives/:driveId/find',
      config: filesScope,
      schema: {
        operationId: 'findByName',
        summary: 'Find files and folders by name',
        description:
          'In a folder and all folders below it. A POST because names never stand in addresses, which end up in logs. It changes nothing.',
        tags: ['files'],
        params: wire.DriveParams,
        body: listing.FindRequest,
        response: { 200: listing.FoundList },
      },
      handler: (request) => files.find(sessionOf(request), request.params.driveId, request.body),
    });

    app.route({
      method: 'GET',
      url: '/drives/:driveId/entries/:entryId/log',
      config: filesScope,
      schema: {
        operationId: 'entryLog',
        summary: 'Who did what to a file or folder',
        description: 'For everybody who can open it. Newest first.',
        tags: ['files'],
        params: wire.EntryParams,
        querystring: wire.PageQuery,
        response: { 200: listing.LogList },
      },
      handler: (request) =>
        files.log(sessionOf(request), request.params.driveId, request.params.entryId, request.query),
    });

    app.route({
      method: 'GET',
      url: '/favourites',
      config: filesScope,
      schema: {
        operationId: 'listFavourites',
        summary: 'My favourites',
        tags: ['favourites'],
        response: { 200: listing.FavouriteList },
      },
      handler: (request) => files.favourites(sessionOf(request)),
    });

    app.route({
      method: 'POST',
      url: '/drives/:driveId/entries/:entryId/favourite',
      config: filesScope,
      schema: {
        operationId: 'addFavourite',
        summary: 'Make a file or folder a favourite',
        description: 'Only you see your favourites. Once more is no error.',
        tags: ['favourites'],
        params: wire.EntryParams,
        response: { 200: wire.EntryView },
      },
      handler: (request) => files.addFavourite(sessionOf(request), request.params.driveId, request.params.entryId),
    });

    app.route({
      method: 'DELETE',
      url: '/drives/:driveId/entries/:entryId/favourite',
      config: filesScope,
      schema: {
        operationId: 'removeFavourite',
        summary: 'Make it a favourite no longer',
        tags: ['favourites'],
        params: wire.EntryParams,
        response: { 204: wire.Done },
      },
      handler: async (request, reply) => {
        await files.removeFavourite(sessionOf(request), request.params.driveId, request.params.entryId);
        return reply.code(204).send(null);
      },
    });

    app.route({
      method: 'GET',
      url: '/recent',
      config: filesScope,
      schema: {
        operationId: 'listRecent',
        summary: 'Files I changed last',
        tags: ['files'],
        querystring: listing.RecentQuery,
        response: { 200: listing.RecentList },
      },
      handler: (request) => files.recent(sessionOf(request), request.query.limit ?? 50),
    });
  };
}
