import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import '../../base/http/access.ts';
import type { Chat } from '../chat.ts';
import { chatErrors } from '../errors.ts';
import * as wire from '../moderation/wire.ts';
import type { ChatRoutesOptions } from './routes-options.ts';
import { Done, MessageParams, MessageView, RoomParams } from '../wire.ts';
import { actView, hiddenView, rulesView } from './moderation-views.ts';
import { messageView } from './views.ts';

const tags = ['chat'];

/** What moderators do in a room, and what people hear of it. */
export function moderationRoutes(
  { moderation }: Pick<Chat, 'moderation'>,
  { caller }: ChatRoutesOptions,
): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.route({
      method: 'GET',
      url: '/chat/rooms/:roomId/rules',
      schema: {
        operationId: 'showChatRules',
        summary: 'What holds in a room: how fast people write, which words are looked for, who is muted or banned',
        tags,
        params: RoomParams,
        response: { 200: wire.RulesView },
      },
      async handler(request) {
        const who = caller(request);
        return rulesView(await moderation.rules(who, request.params.roomId), who.accountId);
      },
    });

    app.route({
      method: 'POST',
      url: '/chat/rooms/:roomId/rules',
      schema: {
        operationId: 'setChatRules',
        summary: 'Set how fast people write in a room, and which words are looked for, as a moderator',
        description: 'What is left out stays.',
        tags,
        params: RoomParams,
        body: wire.RulesRequest,
        response: { 200: wire.RulesView },
      },
      async handler(request) {
        const who = caller(request);
        const { roomId } = request.params;
        await moderation.changeRules(who, roomId, request.body);
        return rulesView(await moderation.rules(who, roomId), who.accountId);
      },
    });

    app.route({
      method: 'POST',
      url: '/chat/rooms/:roomId/rules/try',
      schema: {
        operationId: 'tryChatFilter',
        summary: 'What a filter for words finds in a text, before it is set, as a moderator',
        description: 'Nothing is kept of it.',
        tags,
        params: RoomParams,
        body: wire.FilterTryRequest,
        response: { 200: wire.FilterTriedReply },
      },
      handler: async (request) => ({
        words: [...(await moderation.tryFilter(caller(request), request.params.roomId, request.body))],
      }),
    });

    app.route({
      method: 'POST',
      url: '/chat/rooms/:roomId/restrictions',
      schema: {
        operationId: 'restrictInChat',
        summary: 'Mute or ban somebody in a room for a time, as a moderator',
        description:
          'Name them by their handle, or a visitor by a message that they said. A ban ends at once what they listen to.',
        tags,
        params: RoomParams,
        body: wire.RestrictRequest,
        response: { 204: Done },
      },
      async handler(request, reply) {
        const { handle, sequence, what, minutes, reason } = request.body;
        const whom = handle !== undefined ? { handle } : sequence !== undefined ? { sequence } : null;
        if (!whom || (handle !== undefined && sequence !== undefined)) {
          throw chatErrors('chat_member_not_found', { detail: 'give either a handle or a sequence' });
        }
        await moderation.restrict(caller(request), request.params.roomId, { whom, what, minutes, reason });
        return reply.code(204).send(null);
      },
    });

    app.route({
      method: 'POST',
      url: '/chat/rooms/:roomId/restrictions/:restrictionId/lift',
      schema: {
        operationId: 'liftChatRestriction',
        summary: 'End a mute or a ban before its time, as a moderator',
        tags,
        params: wire.RestrictionParams,
        body: wire.ReasonRequest,
        response: { 204: Done },
      },
      async handler(request, reply) {
        const { roomId, restrictionId } = request.params;
        await moderation.lift(caller(request), roomId, { restrictionId, reason: request.body.reason });
        return reply.code(204).send(null);
      },
    });

    app.route({
      method: 'POST',
      url: '/chat/rooms/:roomId/kick',
      schema: {
        operationId: 'kickFromChatRoom',
        summary: 'Put somebody out of a room, as a moderator; into a public one they may come again',
        tags,
        params: RoomParams,
        body: wire.KickRequest,
        response: { 204: Done },
      },
      async handler(request, reply) {
        await moderation.kick(caller(request), request.params.roomId, request.body);
        return reply.code(204).send(null);
      },
    });

    app.route({
      method: 'POST',
      url: '/chat/rooms/:roomId/messages/:sequence/hide',
      schema: {
        operationId: 'hideChatMessage',
        summary: 'Hide a message from everybody but the moderators, as one of them',
        tags,
        params: MessageParams,
        body: wire.ReasonRequest,
        response: { 200: MessageView },
      },
      handler: async (request) =>
        messageView(await moderation.hide(caller(request), request.params, request.body.reason)),
    });

    app.route({
      method: 'POST',
      url: '/chat/rooms/:roomId/messages/:sequence/restore',
      schema: {
        operationId: 'restoreChatMessage',
        summary: 'Show a hidden message again, as a moderator, when it is the one that was hidden',
        tags,
        params: MessageParams,
        body: wire.ReasonRequest,
        response: { 200: MessageView },
      },
      handler: async (request) =>
        messageView(await moderation.restore(caller(request), request.params, request.body.reason)),
    });

    app.route({
      method: 'GET',
      url: '/chat/rooms/:roomId/messages/:sequence/hidden',
      schema: {
        operationId: 'showHiddenChatMessage',
        summary: 'What is behind a hidden message, for moderators',
        tags,
        params: MessageParams,
        response: { 200: wire.HiddenView },
      },
      handler: async (request) => hiddenView(await moderation.hidden(caller(request), request.params)),
    });

    app.route({
      method: 'GET',
      url: '/chat/rooms/:roomId/acts',
      schema: {
        operationId: 'listChatActs',
        summary: 'What moderators did in a room, for them',
        tags,
        params: RoomParams,
        querystring: wire.ActsQuery,
        response: { 200: wire.ActsReply },
      },
      async handler(request) {
        const { limit = 50, after } = request.query;
        const { roomId } = request.params;
        const { acts, next } = await moderation.acts(caller(request), roomId, { limit, after });
        return { acts: acts.map((act) => actView({ roomId, room: '', act }, true)), next };
      },
    });

    app.route({
      method: 'GET',
      url: '/chat/moderation',
      schema: {
        operationId: 'listChatActsOnYou',
        summary: 'What moderators decided about you and your messages, and why',
        tags,
        querystring: wire.ActsQuery,
        response: { 200: wire.ActsReply },
      },
      async handler(request) {
        const { limit = 50, after } = request.query;
        const { acts, next } = await moderation.actsOn(caller(request), { limit, after });
        return { acts: acts.map((each) => actView(each, false)), next };
      },
    });
  };
}
