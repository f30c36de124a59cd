import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import '../../base/http/access.ts';
import { HookTokenParams } from '../bots/wire.ts';
import type { Chat } from '../chat.ts';

/** Of one request: Slack takes 40,000 characters, and what is too long for a message is cut. */
const BODY_BYTES = 256 * 1024;

/** Where programs post what they say. The address is the secret: it stands in no log of ours. */
export function hookRoutes({ bots }: Pick<Chat, 'bots'>): FastifyPluginAsyncTypebox {
  return async (app) => {
    // Signatures are about the very bytes, and some senders say nothing of their type.
    app.removeAllContentTypeParsers();
    app.addContentTypeParser('*', { parseAs: 'string', bodyLimit: BODY_BYTES }, (_request, body, done) =>
      done(null, body),
    );

    app.route({
      method: 'POST',
      url: '/hooks/chat/:token',
      config: { access: 'public' },
      schema: {
        operationId: 'postToChatHook',
        summary: 'Say something in a room as a bot: the token in the address is the credential',
        description:
          'The body of a Slack webhook, as JSON or as the field `payload` of a form: `text`, `blocks` and `attachments` are taken. Answers `ok` as text.',
        tags: ['chat'],
        params: HookTokenParams,
      },
      async handler(request, reply) {
        const { headers, body } = request;
        await bots.receive(request.params.token, {
          contentType: headers['content-type'] ?? '',
          body: typeof body === 'string' ? body : '',
          headers,
        });
        return reply.header('Content-Type', 'text/plain; charset=utf-8').header('Cache-Control', 'no-store').send('ok');
      },
    });
  };
}
