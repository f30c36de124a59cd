import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { FastifyRequest } from 'fastify';
import { timestamp } from '../../base/clock.ts';
import '../../base/http/access.ts';
import type { Notifications } from '../notifications.ts';
import type { Actor } from '../rules/acts.ts';
import * as wire from '../wire.ts';

const tags = ['notices'];

/** The browsers in which somebody wants to be told. */
export function pushRoutes(
  notifications: Notifications,
  actor: (request: FastifyRequest) => Actor,
): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.route({
      method: 'GET',
      url: '/notices/push',
      schema: {
        operationId: 'showPush',
        summary: 'The key to subscribe a browser with, and my browsers that are told',
        tags,
        response: { 200: wire.PushReply },
      },
      async handler(request) {
        const { accountId, sessionId: present } = actor(request);
        const subscriptions = await notifications.push.list(accountId);
        return {
          publicKey: await notifications.push.publicKey(),
          subscriptions: subscriptions.map(({ subscriptionId, device, sessionId, madeMs }) => ({
            ...{ subscriptionId, device, present: sessionId === present },
            madeTime: timestamp(madeMs),
          })),
        };
      },
    });

    app.route({
      method: 'POST',
      url: '/notices/push',
      schema: {
        operationId: 'addPush',
        summary: 'Send notices to this browser as well',
        description:
          'Takes what `PushSubscription.toJSON()` gives; a push carries no text, so its keys are not used. The same endpoint again is the same subscription: send it at every start. It ends with the login.',
        tags,
        body: wire.PushRequest,
        response: { 201: wire.PushAdded },
      },
      async handler(request, reply) {
        const { endpoint, device = 'A browser' } = request.body;
        const subscriptionId = await notifications.push.subscribe(actor(request), { endpoint, device });
        return reply.code(201).send({ subscriptionId });
      },
    });

    app.route({
      method: 'DELETE',
      url: '/notices/push/:subscriptionId',
      schema: {
        operationId: 'removePush',
        summary: 'Send a browser no more notices',
        tags,
        params: wire.PushParams,
        response: { 204: wire.Done },
      },
      async handler(request, reply) {
        await notifications.push.unsubscribe(actor(request), request.params.subscriptionId);
        return reply.code(204).send(null);
      },
    });
  };
}
