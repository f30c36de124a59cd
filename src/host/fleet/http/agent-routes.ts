/** What the program on a host calls. */
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { FastifyRequest } from 'fastify';
import '../../../base/http/access.ts';
import type { HostHolder } from '../../../base/http/access.ts';
import { unpackedBody } from '../../../base/http/unpacked-body.ts';
import { hostErrors } from '../../errors.ts';
import type { HostSettings } from '../../settings.ts';
import * as wire from '../../wire.ts';
import type { ServedFleet } from '../serve.ts';

const tags = ['agent'];

export function agentRoutes(
  open: () => Promise<ServedFleet>,
  { hostReportBytes }: Pick<HostSettings, 'hostReportBytes'>,
): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.route({
      method: 'POST',
      url: '/agent/enrol',
      config: { access: 'host', hosts: 'enrolment' },
      schema: {
        operationId: 'enrolHost',
        summary: 'Make this host known, with the token of an enrolment',
        description:
          'Once for each enrolment. After a lost answer the same host asks again with the same enrolmentKey and gets the same token, until it has reported.',
        tags,
        body: wire.EnrolBody,
        response: { 201: wire.EnrolReply },
      },
      handler: async (request, reply) => {
        const { enrolmentId } = request;
        if (enrolmentId === null) throw hostErrors('enrolment_invalid');
        return reply.code(201).send(await (await open()).enrol(enrolmentId, request.body));
      },
    });

    app.route({
      method: 'POST',
      url: '/agent/reports',
      config: { access: 'host', hosts: 'host' },
      bodyLimit: hostReportBytes,
      preParsing: unpackedBody(() => hostErrors('report_encoding', { attempted: 'Take a report' })),
      schema: {
        operationId: 'reportHost',
        summary: 'Hand over what one scan of this host saw',
        description:
          'A report that was taken is known by its id and changes nothing when it comes again. It may come packed (Content-Encoding: gzip).',
        tags,
        body: wire.HostReport,
        response: { 200: wire.ReportReply },
      },
      handler: async (request) => (await open()).report(holderOf(request), request.body),
    });

    app.route({
      method: 'GET',
      url: '/agent/schedule',
      config: { access: 'host', hosts: 'any' },
      schema: {
        operationId: 'tellSchedule',
        summary: 'When this host is to scan, which is all that it is told',
        tags,
        response: { 200: wire.ScheduleReply },
      },
      handler: async (request) => ({ schedule: await (await open()).schedule(holderOf(request)) }),
    });
  };
}

function holderOf({ reportingHost }: Pick<FastifyRequest, 'reportingHost'>): HostHolder {
  if (reportingHost === null) throw hostErrors('host_token_invalid');
  return reportingHost;
}
