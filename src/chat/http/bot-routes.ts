import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { timestamp } from '../../base/clock.ts';
import '../../base/http/access.ts';
import type { Bot } from '../bots/bots.ts';
import type { Hook } from '../bots/hooks.ts';
import * as wire from '../bots/wire.ts';
import type { Chat } from '../chat.ts';
import type { ChatRoutesOptions } from './routes-options.ts';
import { Done, RoomParams } from '../wire.ts';

const tags = ['chat'];

/** Bots of a room, and the addresses by which they say something there. */
export function botRoutes(
  { bots }: Pick<Chat, 'bots'>,
  { caller }: Pick<ChatRoutesOptions, 'caller'>,
): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.route({
      method: 'GET',
      url: '/chat/rooms/:roomId/bots',
      schema: {
        operationId: 'listChatBots',
        summary: 'The bots of a room and their webhooks, for its moderators',
        tags,
        params: RoomParams,
        response: { 200: wire.BotsReply },
      },
      async handler(request) {
        const { roomId } = request.params;
        const who = caller(request);
        return {
          bots: (await bots.list(who, roomId)).map(botView),
          hooks: (await bots.hooks(who, roomId)).map(hookView),
        };
      },
    });

    app.route({
      method: 'POST',
      url: '/chat/rooms/:roomId/bots',
      schema: {
        operationId: 'makeChatBot',
        summary: 'Make a bot that is a member of this room, as a moderator',
        tags,
        params: RoomParams,
        body: wire.NewBotRequest,
        response: { 201: wire.MadeBotReply },
      },
      async handler(request, reply) {
        const { name, access, token: withToken = false } = request.body;
        const made = await bots.make(caller(request), request.params.roomId, { name, access, withToken });
        return reply.code(201).send({ bot: botView(made.bot), token: made.token });
      },
    });

    app.route({
      method: 'POST',
      url: '/chat/rooms/:roomId/bots/:botId',
      schema: {
        operationId: 'addChatBot',
        summary: 'Give a bot of yours this room too, as a moderator of it',
        tags,
        params: wire.BotParams,
        response: { 204: Done },
      },
      async handler(request, reply) {
        const { roomId, botId } = request.params;
        await bots.add(caller(request), roomId, botId);
        return reply.code(204).send(null);
      },
    });

    app.route({
      method: 'DELETE',
      url: '/chat/rooms/:roomId/bots/:botId',
      schema: {
        operationId: 'removeChatBot',
        summary: 'Take this room from a bot, with its webhooks there; with its last room the bot is gone',
        tags,
        params: wire.BotParams,
        response: { 204: Done },
      },
      async handler(request, reply) {
        const { roomId, botId } = request.params;
        await bots.remove(caller(request), roomId, botId);
        return reply.code(204).send(null);
      },
    });

    app.route({
      method: 'POST',
      url: '/chat/rooms/:roomId/bots/:botId/token',
      schema: {
        operationId: 'renewChatBotToken',
        summary: 'Give a bot of yours another token; the one before is worth nothing from then on',
        tags,
        params: wire.BotParams,
        response: { 201: wire.BotTokenReply },
      },
      async handler(request, reply) {
        const { roomId, botId } = request.params;
        return reply.code(201).send({ token: await bots.renewToken(caller(request), roomId, botId) });
      },
    });

    app.route({
      method: 'POST',
      url: '/chat/rooms/:roomId/bots/:botId/hooks',
      schema: {
        operationId: 'addChatHook',
        summary: 'Make an address by which a program says something in this room as the bot',
        description:
          'The body that is posted there is that of a Slack webhook: `{"text": "…"}`. See docs/chat-bots.md.',
        tags,
        params: wire.BotParams,
        body: wire.NewHookRequest,
        response: { 201: wire.MadeHookReply },
      },
      async handler(request, reply) {
        const { roomId, botId } = request.params;
        const { label = '', signed: isSigned = false } = request.body;
        const { hook, token, secret } = await bots.addHook(caller(request), roomId, { botId, label, isSigned });
        return reply.code(201).send({ hook: hookView(hook), path: `/api/v1/hooks/chat/${token}`, secret });
      },
    });

    app.route({
      method: 'DELETE',
      url: '/chat/rooms/:roomId/hooks/:hookId',
      schema: {
        operationId: 'removeChatHook',
        summary: 'Remove a webhook; its address is worth nothing from then on',
        tags,
        params: wire.HookParams,
        response: { 204: Done },
      },
      async handler(request, reply) {
        const { roomId, hookId } = request.params;
        await bots.removeHook(caller(request), roomId, hookId);
        return reply.code(204).send(null);
      },
    });
  };
}

function botView({ botId, name, access, by, madeMs, hasToken }: Bot): wire.BotView {
  return { botId, name, access, byAccountId: by, madeTime: timestamp(madeMs), hasToken };
}

function hookView({ hookId, botId, label, isSigned, by, madeMs }: Hook): wire.HookView {
  return { hookId, botId, label, signed: isSigned, byAccountId: by, madeTime: timestamp(madeMs) };
}
