import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { FastifyRequest } from 'fastify';
import type { HostHolder } from '../base/http/access.ts';
import type { Auditor, ServedBuckets } from './serving/serve.ts';
import * as wire from './wire.ts';

export interface BucketsRoutesOptions {
  readonly auditor: (request: FastifyRequest) => Auditor;
  /** Tells the admins and the owner what somebody's `buckets watch` saw; that of a host, where one tells. */
  readonly tell: (notices: wire.WatchedNotices['notices'], host: HostHolder | null) => Promise<void>;
}

const tags = ['buckets'];
const config = { access: 'admin' } as const;

/**
 * The routes of buckets/, to be mounted under `/api/v1`: for admins, since they show where one can get in. The guard is
 * opened by the first request that needs it.
 */
export function bucketsRoutes(
  open: () => Promise<ServedBuckets>,
  { auditor, tell }: BucketsRoutesOptions,
): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.route({
      method: 'GET',
      url: '/buckets/places',
      config,
      schema: {
        operationId: 'listBucketPlaces',
        summary: 'Whose buckets this server looks at, and how the last audit of each went',
        description: 'The buckets of the workspace itself, and what HOLDFAST_BUCKETS names. For admins.',
        tags,
        response: { 200: wire.PlacesReply },
      },
      handler: async () => (await open()).places(),
    });

    app.route({
      method: 'POST',
      url: '/buckets/audits',
      config,
      schema: {
        operationId: 'auditBuckets',
        summary: 'Look at the buckets now',
        description:
          'One audit at a time. It goes on by itself, only reads, and its findings are kept with those of the guards; the places tell how far it is.',
        tags,
        body: wire.AuditBody,
        response: { 202: wire.PlacesReply },
      },
      handler: async (request, reply) => {
        const buckets = await open();
        await buckets.begin(auditor(request), request.body);
        return reply.code(202).send(await buckets.places());
      },
    });

    app.route({
      method: 'DELETE',
      url: '/buckets/audits/running',
      config,
      schema: {
        operationId: 'stopBucketAudit',
        summary: 'Stop the audit under way',
        description: 'Places that are done stay as they were found. That there is none is no error.',
        tags,
        response: { 200: wire.PlacesReply },
      },
      handler: async (request) => {
        const buckets = await open();
        await buckets.stop(auditor(request));
        return buckets.places();
      },
    });

    app.route({
      method: 'POST',
      url: '/buckets/notices',
      config: { ...config, hosts: 'buckets' },
      schema: {
        operationId: 'tellOfObjects',
        summary: 'Tell the admins what happened to objects in buckets',
        description:
          'What `holdfast buckets watch` saw. Each goes into the feed of every admin, and of the person with the address of the owner, and out by the channels once, however often it comes under its id. For admins, and for hosts that report buckets: the notice then says which host told it, and is for admins alone.',
        tags,
        body: wire.WatchedNotices,
        response: { 204: wire.Nothing },
      },
      handler: async (request, reply) => {
        await tell(request.body.notices, request.reportingHost);
        return reply.code(204).send(null);
      },
    });

    app.route({
      method: 'GET',
      url: '/buckets',
      config,
      schema: {
        operationId: 'listBuckets',
        summary: 'The buckets that were looked at, worst first',
        description: 'What people decided to live with counts for nothing. For admins.',
        tags,
        querystring: wire.BucketsQuery,
        response: { 200: wire.BucketsReply },
      },
      handler: async (request) => (await open()).list(request.query),
    });

    app.route({
      method: 'GET',
      url: '/buckets/:bucketId',
      config,
      schema: {
        operationId: 'showBucket',
        summary: 'Who gets into a bucket, with the proof, what is wrong with it, and what would mend it',
        tags,
        params: wire.BucketParams,
        response: { 200: wire.BucketReply },
      },
      handler: async (request) => (await open()).show(request.params.bucketId),
    });
  };
}
