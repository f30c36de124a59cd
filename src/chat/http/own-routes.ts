import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import '../../base/http/access.ts';
import type { Chat } from '../chat.ts';
import type { ChatRoutesOptions } from './routes-options.ts';
import { keptView, preferencesView } from './views.ts';
import * as wire from '../wire.ts';

const tags = ['chat'];

/** What belongs to a person alone: how far they have read, what they keep, what they chose. */
export function ownRoutes(chat: Chat, { caller }: ChatRoutesOptions): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.route({
      method: 'POST',
      url: '/chat/rooms/:roomId/read',
      schema: {
        operationId: 'markChatRead',
        summary: 'Mark what you have read, forward only',
        tags,
        params: wire.RoomParams,
        body: wire.ReadRequest,
        response: { 200: wire.ReadReply },
      },
      handler: async (request) => ({
        read: await chat.markRead(caller(request), request.params.roomId, request.body.sequence),
      }),
    });

    app.route({
      method: 'POST',
      url: '/chat/rooms/:roomId/level',
      schema: {
        operationId: 'setChatLevel',
        summary: 'Which messages of a room you want to be told of',
        tags,
        params: wire.RoomParams,
        body: wire.LevelRequest,
        response: { 204: wire.Done },
      },
      async handler(request, reply) {
        await chat.setLevel(caller(request), request.params.roomId, request.body.level);
        return reply.code(204).send(null);
      },
    });

    app.route({
      method: 'POST',
      url: '/chat/rooms/:roomId/messages/:sequence/saved',
      schema: {
        operationId: 'saveChatMessage',
        summary: 'Keep a message for later, or do not any more',
        tags,
        params: wire.MessageParams,
        body: wire.OnRequest,
        response: { 204: wire.Done },
      },
      async handler(request, reply) {
        await chat.save(caller(request), { ...request.params, on: request.body.on });
        return reply.code(204).send(null);
      },
    });

    app.route({
      method: 'GET',
      url: '/chat/saved',
      schema: {
        operationId: 'listSavedChatMessages',
        summary: 'The messages that you keep for later, by room',
        tags,
        querystring: wire.KeptQuery,
        response: { 200: wire.KeptReply },
      },
      async handler(request) {
        const { limit = 50, after } = request.query;
        return keptView(await chat.saved(caller(request), { limit, after }));
      },
    });

    app.route({
      method: 'GET',
      url: '/chat/mentions',
      schema: {
        operationId: 'listChatMentions',
        summary: 'The messages that name you, newest first',
        tags,
        querystring: wire.KeptQuery,
        response: { 200: wire.KeptReply },
      },
      async handler(request) {
        const { limit = 50, after } = request.query;
        return keptView(await chat.mentions(caller(request), { limit, after }));
      },
    });

    app.route({
      method: 'GET',
      url: '/chat/preferences',
      schema: {
        operationId: 'showChatPreferences',
        summary: 'Whom you ignore, and which words count as being named',
        tags,
        response: { 200: wire.ChatPreferences },
      },
      handler: async (request) => preferencesView(await chat.preferences(caller(request))),
    });

    app.route({
      method: 'POST',
      url: '/chat/preferences',
      schema: {
        operationId: 'setChatPreferences',
        summary: 'Choose whom you ignore, and which words count as being named',
        tags,
        body: wire.ChatPreferences,
        response: { 200: wire.ChatPreferences },
      },
      handler: async (request) => preferencesView(await chat.changePreferences(caller(request), () => request.body)),
    });
  };
}
