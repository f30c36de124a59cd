import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { FastifyRequest } from 'fastify';
import { timestamp } from '../../base/clock.ts';
import '../../base/http/access.ts';
import type { Notifications } from '../notifications.ts';
import type { Actor } from '../rules/acts.ts';
import * as wire from '../wire.ts';
import type { ChannelStatus } from './acts.ts';

const tags = ['notices'];
const config = { access: 'admin' } as const;

/** Channels, as admins set them up, and what could not be delivered. */
export function channelRoutes(
  notifications: Notifications,
  actor: (request: FastifyRequest) => Actor,
): FastifyPluginAsyncTypebox {
  const { channels, channelKinds } = notifications;
  return async (app) => {
    app.route({
      method: 'GET',
      url: '/admin/channels',
      config,
      schema: {
        operationId: 'listChannels',
        summary: 'The channels by which notices leave, and how deliveries go',
        tags,
        response: { 200: wire.ChannelsReply },
      },
      handler: async () => ({
        channels: (await channels.list()).map(channelView),
        available: Object.keys(channelKinds),
      }),
    });

    // One for each kind, so that the description shows what each is set up with.
    for (const [kind, { configSchema, secretFields }] of Object.entries(channelKinds)) {
      app.route({
        method: 'POST',
        url: `/admin/channels/${kind}`,
        config,
        schema: {
          operationId: `addChannel${kind[0]?.toUpperCase() ?? ''}${kind.slice(1)}`,
          summary: `Set up a channel of the kind ${kind}`,
          description: 'What is secret in it is kept encrypted and never shown again.',
          tags,
          body: wire.channelRequest(configSchema),
          response: { 201: wire.ChannelView },
        },
        async handler(request, reply) {
          const added = await channels.add(actor(request), { ...request.body, kind });
          return reply.code(201).send(channelView(added));
        },
      });
      app.route({
        method: 'POST',
        url: `/admin/channels/${kind}/:channelId`,
        config,
        schema: {
          operationId: `changeChannel${kind[0]?.toUpperCase() ?? ''}${kind.slice(1)}`,
          summary: `Change a channel of the kind ${kind}`,
          description:
            'A secret that is left out stays, null drops it; it has to be given again where the rest would lead it elsewhere.',
          tags,
          params: wire.ChannelParams,
          body: wire.channelChange(configSchema, secretFields),
          response: { 200: wire.ChannelView },
        },
        handler: async (request) =>
          channelView(await channels.change(actor(request), request.params.channelId, kind, request.body)),
      });
    }

    app.route({
      method: 'POST',
      url: '/admin/channels/:channelId/test',
      config,
      schema: {
        operationId: 'testChannel',
        summary: 'Reach the other side of a channel, and send it a letter',
        description: 'To the place that the channel is, or to my own confirmed address.',
        tags,
        params: wire.ChannelParams,
        response: { 200: wire.TestReply },
      },
      handler: (request) => channels.test(actor(request), request.params.channelId, AbortSignal.timeout(TEST_MS)),
    });

    app.route({
      method: 'DELETE',
      url: '/admin/channels/:channelId',
      config,
      schema: {
        operationId: 'removeChannel',
        summary: 'Remove a channel; what waits for it is dropped',
        tags,
        params: wire.ChannelParams,
        response: { 204: wire.Done },
      },
      async handler(request, reply) {
        await channels.remove(actor(request), request.params.channelId);
        return reply.code(204).send(null);
      },
    });

    app.route({
      method: 'GET',
      url: '/admin/dead-letters',
      config,
      schema: {
        operationId: 'listDeadLetters',
        summary: 'Letters that were given up, newest first',
        description: 'What stands in them is not shown.',
        tags,
        response: { 200: wire.DeadLettersReply },
      },
      handler: async () => ({
        letters: (await channels.dead()).map(({ readerId: _, atMs, ...letter }) => ({
          ...letter,
          time: timestamp(atMs),
        })),
      }),
    });

    app.route({
      method: 'POST',
      url: '/admin/dead-letters/:letterId/retry',
      config,
      schema: {
        operationId: 'retryDeadLetter',
        summary: 'Send a letter again that was given up',
        tags,
        params: wire.LetterParams,
        response: { 204: wire.Done },
      },
      async handler(request, reply) {
        await channels.retry(actor(request), request.params.letterId);
        return reply.code(204).send(null);
      },
    });
  };
}

/** Longer than any channel gives itself by default. */
const TEST_MS = 60_000;

function channelView({
  channelId,
  name,
  kind,
  isPersonal,
  content,
  madeMs,
  shown,
  health,
  dead,
}: ChannelStatus): wire.ChannelView {
  const time = (atMs: number | null): string | null => (atMs === null ? null : timestamp(atMs));
  return {
    ...{ channelId, name, kind },
    personal: isPersonal,
    config: { ...shown },
    destination: content.destination,
    kinds: content.kinds === null ? null : [...content.kinds],
    madeTime: timestamp(madeMs),
    lastDeliveredTime: time(health.lastDeliveredMs),
    failingSinceTime: time(health.failingSinceMs),
    lastCode: health.lastCode,
    deadLetters: dead,
  };
}
