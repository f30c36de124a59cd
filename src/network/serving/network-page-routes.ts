/** What crossed the wire, for admins. */
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Readable } from 'node:stream';
import '../../base/http/access.ts';
import { networkErrors } from '../errors.ts';
import type { NetworkRoutesOptions } from '../routes.ts';
import * as wire from '../wire.ts';
import type { ServedNetwork } from './served-network.ts';

const tags = ['network'];
const config = { access: 'admin' } as const;

export function networkPageRoutes(
  open: () => Promise<ServedNetwork>,
  { admin, watch }: Pick<NetworkRoutesOptions, 'admin' | 'watch'>,
): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.route({
      method: 'GET',
      url: '/network/overview',
      config,
      schema: {
        operationId: 'showNetwork',
        summary: 'What crossed the wire in a stretch of time, in a few figures',
        description:
          'The last day, where nothing is said. Figures count what sensors saw: what they dropped is told beside them.',
        tags,
        querystring: wire.NetworkRange,
        response: { 200: wire.NetworkOverview },
      },
      handler: async ({ query }) => (await open()).overview(query),
    });

    app.route({
      method: 'GET',
      url: '/network/flows',
      config,
      schema: {
        operationId: 'listFlows',
        summary: 'Flows that fit, newest first',
        description:
          'Text is looked for in service, process and user, and in action and interface of flow logs; a uid or a Community ID has to be whole.',
        tags,
        querystring: wire.FlowsQuery,
        response: { 200: wire.FlowsReply },
      },
      handler: async ({ query }) => (await open()).flows(query),
    });

    app.route({
      method: 'GET',
      url: '/network/flows/:uid',
      config,
      schema: {
        operationId: 'showFlow',
        summary: 'One flow, what was said in it, and what was wrong about it',
        tags,
        params: wire.FlowParams,
        response: { 200: wire.FlowReply },
      },
      handler: async ({ params }) => (await open()).flow(params.uid),
    });

    app.route({
      method: 'GET',
      url: '/network/logs/:kind',
      config,
      schema: {
        operationId: 'listProtocolRecords',
        summary: 'What was said in one protocol, newest first',
        description: 'Filters for service and state count for flows alone.',
        tags,
        params: wire.LogsParams,
        querystring: wire.FlowsQuery,
        response: { 200: wire.LogsReply },
      },
      handler: async ({ params, query }) => (await open()).logs(params.kind, query),
    });

    app.route({
      method: 'GET',
      url: '/network/sources/:address',
      config,
      schema: {
        operationId: 'showSource',
        summary: 'What an address did, as one story',
        tags,
        params: wire.SourceParams,
        querystring: wire.NetworkRange,
        response: { 200: wire.SourceReply },
      },
      handler: async ({ params, query }) => (await open()).source(params.address, query),
    });

    app.route({
      method: 'GET',
      url: '/network/alerts',
      config,
      schema: {
        operationId: 'listAlerts',
        summary: 'What is wrong about flows, the last raised first',
        description: 'Raised at any time of the range. What is the same is one alert, with how often it was raised.',
        tags,
        querystring: wire.AlertsQuery,
        response: { 200: wire.AlertsReply },
      },
      handler: async ({ query }) => (await open()).alerts(query),
    });

    app.route({
      method: 'GET',
      url: '/network/talkers',
      config,
      schema: {
        operationId: 'listTalkers',
        summary: 'Addresses, ports or services with the most bytes',
        description:
          'Of very many addresses, those that are among the 512 busiest of no stretch of some thousand flows are left out.',
        tags,
        querystring: wire.TalkersQuery,
        response: { 200: wire.TalkersReply },
      },
      handler: async ({ query }) => (await open()).talkers(query),
    });

    app.route({
      method: 'GET',
      url: '/network/timeline',
      config,
      schema: {
        operationId: 'showTimeline',
        summary: 'Flows, packets, bytes and alerts over time',
        tags,
        querystring: wire.TimelineQuery,
        response: { 200: wire.TimelineReply },
      },
      handler: async ({ query }) => (await open()).timeline(query),
    });

    app.route({
      method: 'POST',
      url: '/network/captures',
      config,
      schema: {
        operationId: 'uploadCapture',
        summary: 'Read a capture in pcap or pcapng format, or a flow log of a VPC, into the store',
        description:
          'The file itself is the body. It is read as it comes and kept nowhere. The same file again adds nothing: “known” says how many of its flows were there.',
        tags,
        consumes: ['application/octet-stream'],
        querystring: wire.CaptureQuery,
        response: { 200: wire.CaptureReply },
      },
      async handler(request) {
        const { body, query } = request;
        // What comes as another type was read as such.
        if (!(body instanceof Readable)) throw networkErrors('network_upload_invalid');
        // What is left of one that is refused is still to be read: else nobody would hear the reason.
        const pieces = body.iterator({ destroyOnReturn: false });
        const ended = new AbortController();
        using _watched = watch(request, (reason) => ended.abort(reason));
        return await (await open()).upload(admin(request), query.name ?? 'capture', pieces, ended.signal);
      },
    });
  };
}
