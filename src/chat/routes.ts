import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { attachmentRoutes } from './attachments/routes.ts';
import type { Chat } from './chat.ts';
import { alertRoutes } from './http/alert-routes.ts';
import { botRoutes } from './http/bot-routes.ts';
import { hookRoutes } from './http/hook-routes.ts';
import { messageRoutes } from './http/message-routes.ts';
import { moderationRoutes } from './http/moderation-routes.ts';
import { outgoingRoutes } from './http/outgoing-routes.ts';
import { ownRoutes } from './http/own-routes.ts';
import { reportRoutes } from './http/report-routes.ts';
import { slashRoutes } from './http/slash-routes.ts';
import { roomRoutes } from './http/room-routes.ts';
import type { ChatRoutesOptions } from './http/routes-options.ts';

/** The routes of chat/, to be mounted under `/api/v1`. */
export function chatRoutes(chat: Chat, options: ChatRoutesOptions): FastifyPluginAsyncTypebox {
  return async (app) => {
    await app.register(async (open) => {
      // Programs that hold an app password for chat may speak, read and choose, as plain members (rooms/access.ts): they
      // open no files, and moderate nowhere.
      open.addHook('onRoute', (route) => {
        route.config = { ...route.config, scope: 'chat' };
      });
      await open.register(roomRoutes(chat, options));
      await open.register(messageRoutes(chat, options));
      await open.register(ownRoutes(chat, options));
      await open.register(slashRoutes(chat, options));
    });
    await app.register(attachmentRoutes(chat, options));
    await app.register(moderationRoutes(chat, options));
    await app.register(botRoutes(chat, options));
    await app.register(alertRoutes(chat, options));
    await app.register(hookRoutes(chat));
    await app.register(outgoingRoutes(chat, options));
    await app.register(reportRoutes(chat, options));
  };
}
