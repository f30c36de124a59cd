import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import '../../base/http/access.ts';
import { ActRequest } from '../alerts/wire.ts';
import type { Chat } from '../chat.ts';
import type { ChatRoutesOptions } from './routes-options.ts';
import { MessageParams, MessageView } from '../wire.ts';
import { messageView } from './views.ts';

/** What the workspace's own messages offer to do. */
export function alertRoutes(
  chat: Pick<Chat, 'actOnAlert'>,
  { caller }: Pick<ChatRoutesOptions, 'caller'>,
): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.route({
      method: 'POST',
      url: '/chat/rooms/:roomId/messages/:sequence/act',
      schema: {
        operationId: 'actOnChatAlert',
        summary: 'Acknowledge an alert, or accept the finding that it is about',
        description:
          'Who may is decided as for findings, not by being in the room. The message shows who did it; done once, it is done.',
        tags: ['chat'],
        params: MessageParams,
        body: ActRequest,
        response: { 200: MessageView },
      },
      async handler(request) {
        const { actionId, reason = 'Accepted in the chat', until } = request.body;
        const untilMs = until === undefined ? null : Date.parse(until);
        return messageView(await chat.actOnAlert(caller(request), request.params, { actionId, reason, untilMs }));
      },
    });
  };
}
