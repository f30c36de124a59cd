import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { FastifyRequest } from 'fastify';
import '../../base/http/access.ts';
import type { Notifications } from '../notifications.ts';
import * as wire from '../wire.ts';
import type { Actor } from './acts.ts';
import type { Preferences } from './preferences.ts';

const tags = ['notices'];

/** What everybody decides about their own notices. */
export function preferenceRoutes(
  notifications: Notifications,
  actor: (request: FastifyRequest) => Actor,
): FastifyPluginAsyncTypebox {
  const view = (preferences: Preferences) => preferencesView(notifications, preferences);
  return async (app) => {
    app.route({
      method: 'GET',
      url: '/notices/rules',
      schema: {
        operationId: 'showNoticeRules',
        summary: 'What I am told, by which channels, and when',
        tags,
        response: { 200: wire.PreferencesReply },
      },
      handler: async (request) => view(await notifications.preferences(actor(request).accountId)),
    });

    app.route({
      method: 'POST',
      url: '/notices/rules',
      schema: {
        operationId: 'setNoticeRule',
        summary: 'Make or take back a rule for a kind and a channel',
        description: 'The rule that names kind and channel most exactly counts.',
        tags,
        body: wire.RuleRequest,
        response: { 200: wire.PreferencesReply },
      },
      handler: async (request) => view(await notifications.setRule(actor(request), request.body)),
    });

    app.route({
      method: 'POST',
      url: '/notices/hours',
      schema: {
        operationId: 'setNoticeHours',
        summary: 'Set quiet hours, the time of the daily digest, and the time zone',
        description: 'In quiet hours nothing leaves but critical notices about security.',
        tags,
        body: wire.HoursRequest,
        response: { 200: wire.PreferencesReply },
      },
      handler: async (request) => view(await notifications.setHours(actor(request), request.body)),
    });

    app.route({
      method: 'POST',
      url: '/notices/addresses',
      schema: {
        operationId: 'setNoticeAddress',
        summary: 'Name my address on a channel',
        description: 'It gets one letter with a link, and nothing else before that is opened.',
        tags,
        body: wire.AddressRequest,
        response: { 200: wire.PreferencesReply },
      },
      async handler(request) {
        const { channelId, destination } = request.body;
        return view(await notifications.setAddress(actor(request), channelId, destination));
      },
    });

    app.route({
      method: 'DELETE',
      url: '/notices/addresses/:channelId',
      schema: {
        operationId: 'removeNoticeAddress',
        summary: 'Take my address off a channel',
        tags,
        params: wire.ChannelParams,
        response: { 200: wire.PreferencesReply },
      },
      handler: async (request) => view(await notifications.removeAddress(actor(request), request.params.channelId)),
    });

    app.route({
      method: 'POST',
      url: '/notices/addresses/confirm',
      config: { access: 'public' },
      schema: {
        operationId: 'confirmNoticeAddress',
        summary: 'Confirm an address with what its letter says',
        description: 'For whoever can read what arrives there, signed in or not. Good once.',
        tags,
        body: wire.ConfirmRequest,
        response: { 204: wire.Done },
      },
      async handler(request, reply) {
        await notifications.confirmAddress(request.body.token);
        return reply.code(204).send(null);
      },
    });
  };
}

async function preferencesView(
  notifications: Notifications,
  { rules, hours, addresses }: Preferences,
): Promise<wire.PreferencesReply> {
  const channels = await notifications.personalChannels();
  return {
    kinds: [...notifications.kinds.values()].map(({ name, title, severity, security, usual }) => ({
      kind: name,
      title: title(1),
      ...{ severity, security, usual },
    })),
    channels: channels.map(({ channelId, name, kind }) => {
      const address = addresses.find((each) => each.channelId === channelId);
      return {
        ...{ channelId, name, kind },
        address: address?.destination ?? null,
        confirmed: address?.confirmedMs != null,
      };
    }),
    rules: [...rules],
    hours,
  };
}
