import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import '../../base/http/access.ts';
import type { Chat } from '../chat.ts';
import * as wire from '../moderation/wire.ts';
import type { ChatRoutesOptions } from './routes-options.ts';
import { Done, MessageParams, RoomParams } from '../wire.ts';
import { reportView } from './moderation-views.ts';

const tags = ['chat'];

/** Messages that somebody hands to those who decide. */
export function reportRoutes(
  { moderation }: Pick<Chat, 'moderation'>,
  { caller }: ChatRoutesOptions,
): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.route({
      method: 'POST',
      url: '/chat/rooms/:roomId/messages/:sequence/report',
      schema: {
        operationId: 'reportChatMessage',
        summary: 'Report a message: your copy of it goes to those who decide',
        tags,
        params: MessageParams,
        body: wire.ReportRequest,
        response: { 201: wire.ReportMadeReply },
      },
      async handler(request, reply) {
        const { reason, to = 'moderators' } = request.body;
        const reportId = await moderation.report(caller(request), request.params, {
          reason,
          toAdmins: to === 'admins',
        });
        return reply.code(201).send({ reportId });
      },
    });

    app.route({
      method: 'GET',
      url: '/chat/rooms/:roomId/reports',
      schema: {
        operationId: 'listChatReports',
        summary: 'What was reported in a room, for its moderators',
        tags,
        params: RoomParams,
        querystring: wire.ReportsQuery,
        response: { 200: wire.ReportsReply },
      },
      async handler(request) {
        const { limit = 50, after, all } = request.query;
        const found = await moderation.reports(caller(request), request.params, { limit, after, all });
        return { ...found, reports: found.reports.map(reportView) };
      },
    });

    app.route({
      method: 'POST',
      url: '/chat/rooms/:roomId/reports/:reportId/resolve',
      schema: {
        operationId: 'resolveChatReport',
        summary: 'Say what became of a report, as a moderator',
        tags,
        params: wire.RoomReportParams,
        body: wire.ResolveRequest,
        response: { 204: Done },
      },
      async handler(request, reply) {
        const { roomId, reportId } = request.params;
        await moderation.resolve(caller(request), { roomId }, { reportId, ...request.body });
        return reply.code(204).send(null);
      },
    });

    app.route({
      method: 'GET',
      url: '/chat/reports',
      config: { access: 'admin' },
      schema: {
        operationId: 'listChatReportsForAdmins',
        summary: 'What was reported to the admins: from conversations, and where somebody chose so',
        tags,
        querystring: wire.ReportsQuery,
        response: { 200: wire.ReportsReply },
      },
      async handler(request) {
        const { limit = 50, after, all } = request.query;
        const found = await moderation.reports(caller(request), { roomId: null }, { limit, after, all });
        return { ...found, reports: found.reports.map(reportView) };
      },
    });

    app.route({
      method: 'POST',
      url: '/chat/reports/:reportId/resolve',
      config: { access: 'admin' },
      schema: {
        operationId: 'resolveChatReportAsAdmin',
        summary: 'Say what became of a report to the admins',
        tags,
        params: wire.ReportParams,
        body: wire.ResolveRequest,
        response: { 204: Done },
      },
      async handler(request, reply) {
        const { reportId } = request.params;
        await moderation.resolve(caller(request), { roomId: null }, { reportId, ...request.body });
        return reply.code(204).send(null);
      },
    });
  };
}
