import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import '../../base/http/access.ts';
import type { Chat } from '../chat.ts';
import type { ChatRoutesOptions } from './routes-options.ts';
import { explanationOf, flaggedOf } from '../moderation/flagged.ts';
import { runSlash, slashCommands } from '../slash/commands.ts';
import { messageView } from './views.ts';
import * as wire from '../wire.ts';

const tags = ['chat'];

/** Lines that begin with a slash. */
export function slashRoutes(chat: Chat, { caller }: ChatRoutesOptions): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.route({
      method: 'GET',
      url: '/chat/commands',
      schema: {
        operationId: 'listChatCommands',
        summary: 'What may stand at the beginning of a line, behind a slash',
        tags,
        response: { 200: wire.CommandsReply },
      },
      handler: async () => ({
        commands: slashCommands.map(({ name, usage, about }) => ({ name, usage, about })),
      }),
    });

    app.route({
      method: 'POST',
      url: '/chat/rooms/:roomId/commands',
      schema: {
        operationId: 'runChatCommand',
        summary: 'Do what a line says that begins with a slash',
        description: 'A line that begins with two is none: send it as a message, with one of them.',
        tags,
        params: wire.RoomParams,
        body: wire.CommandRequest,
        response: { 200: wire.CommandReply },
      },
      async handler(request) {
        const answer = await runSlash(chat, caller(request), request.params.roomId, request.body.line);
        const { lines = [], message, roomId = null } = answer;
        const flagged = message ? flaggedOf(message) : null;
        return {
          lines: flagged ? [...lines, explanationOf(flagged)] : [...lines],
          message: message ? messageView(message) : null,
          roomId,
        };
      },
    });
  };
}
