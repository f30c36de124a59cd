import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { FastifyRequest } from 'fastify';
import '../base/http/access.ts';
import '../base/http/web-socket.ts';
import type { Live } from './live.ts';
import type { LiveListener } from './live-part.ts';
import { LiveMessage } from './wire.ts';

/** `listener`: who connects; throws when nobody is signed in. */
export function liveRoutes(live: Live, listener: (request: FastifyRequest) => LiveListener): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.route({
      method: 'GET',
      url: '/live',
      config: { scope: ['files', 'chat'], bots: 'read', webSocket: true },
      schema: {
        operationId: 'live',
        summary: 'Hear of changes',
        description:
          'A WebSocket (RFC 6455), with the credential of any other call. Each message is one of the JSON texts below: a hint that something changed, in ids, after which a client asks again. ' +
          'An app password of the scope chat is sent no hints, and may speak of chat alone. The client sends `{"type":"ping"}`, and what docs/chat.md describes for chat, whose frames come beside the hints. The connection ends with 4401 when the session is over, 4403 when the account has another role, 4400 after a message that is not understood, 1001 when the server stops. ' +
          'Messages that were missed are not repeated: after connecting (again), look at everything once `ready` came.',
        tags: ['live'],
        response: { 101: LiveMessage },
      },
      handler: (request) => live.connect(listener(request), request.ip, request.acceptWebSocket),
    });
  };
}
