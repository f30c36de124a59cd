import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { timestamp } from '../../base/clock.ts';
import '../../base/http/access.ts';
import { BotParams, HookParams } from '../bots/wire.ts';
import type { Chat } from '../chat.ts';
import * as wire from '../outgoing/wire.ts';
import type { ChatRoutesOptions } from './routes-options.ts';
import { Done, RoomParams } from '../wire.ts';

const tags = ['chat'];

/** What is said in a room, told to programs elsewhere. */
export function outgoingRoutes(
  { outgoing }: Pick<Chat, 'outgoing'>,
  { caller }: Pick<ChatRoutesOptions, 'caller'>,
): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.route({
      method: 'GET',
      url: '/chat/rooms/:roomId/outgoing',
      schema: {
        operationId: 'listChatOutgoing',
        summary: 'The outgoing webhooks of a room, and what could not be told, for its moderators',
        tags,
        params: RoomParams,
        response: { 200: wire.OutgoingReply },
      },
      async handler(request) {
        const { hooks, dead } = await outgoing.list(caller(request), request.params.roomId);
        return {
          hooks: hooks.map(({ hookId, botId, label, triggers, host, madeMs, state }) => ({
            ...{ hookId, botId, label, host, failures: state.failures },
            triggers: [...triggers],
            madeTime: timestamp(madeMs),
            lastCode: state.lastCode === '' ? null : state.lastCode,
            disabledTime: state.disabledMs === null ? null : timestamp(state.disabledMs),
          })),
          dead: dead.map(({ hookId, sequence, code, atMs }) => ({ hookId, sequence, code, time: timestamp(atMs) })),
        };
      },
    });

    app.route({
      method: 'POST',
      url: '/chat/rooms/:roomId/bots/:botId/outgoing',
      schema: {
        operationId: 'addChatOutgoing',
        summary: 'Tell a program elsewhere what people say in this room; what it answers is said by the bot',
        description: 'See docs/chat-bots.md for what is sent and what may be answered.',
        tags,
        params: BotParams,
        body: wire.NewOutgoingRequest,
        response: { 201: wire.MadeOutgoingReply },
      },
      async handler(request, reply) {
        const { roomId, botId } = request.params;
        const { url, label = '', triggers = [] } = request.body;
        return reply.code(201).send(await outgoing.add(caller(request), roomId, { botId, url, label, triggers }));
      },
    });

    app.route({
      method: 'POST',
      url: '/chat/rooms/:roomId/outgoing/:hookId/enable',
      schema: {
        operationId: 'enableChatOutgoing',
        summary: 'Tell an outgoing webhook again that failed too often',
        tags,
        params: HookParams,
        response: { 204: Done },
      },
      async handler(request, reply) {
        const { roomId, hookId } = request.params;
        await outgoing.enable(caller(request), roomId, hookId);
        return reply.code(204).send(null);
      },
    });

    app.route({
      method: 'DELETE',
      url: '/chat/rooms/:roomId/outgoing/:hookId',
      schema: {
        operationId: 'removeChatOutgoing',
        summary: 'Remove an outgoing webhook',
        tags,
        params: HookParams,
        response: { 204: Done },
      },
      async handler(request, reply) {
        const { roomId, hookId } = request.params;
        await outgoing.remove(caller(request), roomId, hookId);
        return reply.code(204).send(null);
      },
    });
  };
}
