import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { FastifyRequest } from 'fastify';
import { Readable } from 'node:stream';
import type { AuditEvent } from '../base/audit-event.ts';
import '../base/http/access.ts';
import { timestamp } from '../base/clock.ts';
import type { Audit } from './audit.ts';
import { exportText, MEDIA_TYPES } from './export.ts';
import type { LinkedEvent } from './read-events.ts';
import type { StoredEvent } from './records.ts';
import * as wire from './wire.ts';

export interface AuditRoutesOptions {
  /** Who asks: admins, and everybody about themselves. */
  readonly actorOf: (request: FastifyRequest) => Pick<AuditEvent, 'actorId' | 'sessionId'>;
  /** What the others call an account; `null` when it is gone. */
  readonly accountName: (accountId: string) => Promise<string | null>;
}

const tags = ['audit'];

/** The routes of audit/, to be mounted under `/api/v1`. Looking at the trail is itself an event. */
export function auditRoutes(audit: Audit, { actorOf, accountName }: AuditRoutesOptions): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.route({
      method: 'GET',
      url: '/audit/events',
      config: { access: 'admin' },
      schema: {
        operationId: 'listAuditEvents',
        summary: 'Who did what, newest first',
        description: 'All events, or the history of one file, folder, drive or account (subject). For admins.',
        tags,
        querystring: wire.EventsQuery,
        response: { 200: wire.EventsReply },
      },
      handler: async (request) => {
        const { after, limit = 100, subject, actor, act } = request.query;
        const filter = { actorId: actor, act };
        const page =
          subject === undefined
            ? await audit.events(filter, { after, limit })
            : await audit.history(subject, filter, { after, limit });
        const view = eventViewer(accountName);
        const events = [];
        for (const event of page.events) events.push(await view(event));
        audit.note({ act: 'audit.read', ...actorOf(request), subjectIds: [] }, { seldom: true });
        return { events, ...(page.next === undefined ? {} : { next: page.next }) };
      },
    });

    app.route({
      method: 'GET',
      url: '/account/activity',
      schema: {
        operationId: 'listAccountActivity',
        summary: 'What happened to my account, newest first',
        description:
          'Logins, also refused ones with the address they came from, changed passwords and keys, and what an admin did to it.',
        tags: ['accounts'],
        querystring: wire.PageQuery,
        response: { 200: wire.EventsReply },
      },
      handler: async (request) => {
        const { actorId } = actorOf(request);
        if (actorId === null) return { events: [] };
        const { after, limit = 100 } = request.query;
        const { events: found, next } = await audit.history(actorId, {}, { after, limit });
        const view = eventViewer(accountName);
        const events = [];
        for (const event of found) {
          const seen = await view(event);
          // With which login somebody else did it is theirs to know.
          events.push(event.actorId === actorId ? seen : { ...seen, sessionId: null });
        }
        return { events, ...(next === undefined ? {} : { next }) };
      },
    });

    app.route({
      method: 'GET',
      url: '/audit/export',
      config: { access: 'admin' },
      schema: {
        operationId: 'exportAudit',
        summary: 'Events as one file',
        description:
          'All, or those of one act or noun; oldest first, streamed. A connection that is cut means that not all of it was sent. For admins.',
        tags,
        querystring: wire.ExportQuery,
      },
      handler: async (request, reply) => {
        const { format = 'jsonl', act } = request.query;
        audit.note({
          act: 'audit.exported',
          ...actorOf(request),
          subjectIds: [],
          facts: { format, ...(act === undefined ? {} : { about: act }) },
        });
        const text = exportText(viewed(audit.all({ act }), accountName), format);
        return reply
          .headers({
            'Content-Type': MEDIA_TYPES[format],
            'Content-Disposition': `attachment; filename="audit.${format}"`,
            'X-Content-Type-Options': 'nosniff',
            'Cache-Control': 'private, no-store',
          })
          .send(Readable.from(text, { highWaterMark: 1 }));
      },
    });

    app.route({
      method: 'POST',
      url: '/audit/verify',
      config: { access: 'admin' },
      schema: {
        operationId: 'verifyAudit',
        summary: 'Whether the audit trail is as it was written',
        description:
          'Walks the whole chain against its signatures, the heads in both stores and the histories. Changes nothing. For admins.',
        tags,
        response: { 200: wire.VerifyReply },
      },
      handler: async (request) => {
        const report = await audit.verify();
        const facts = { verdict: report.verdict, problems: report.problemCount };
        audit.note({ act: 'audit.verified', ...actorOf(request), subjectIds: [], facts });
        const { stores, problems, publicKeys } = report;
        return { ...report, stores: [...stores], problems: [...problems], publicKeys: [...publicKeys] };
      },
    });
  };
}

async function* viewed(
  events: AsyncIterable<LinkedEvent>,
  accountName: AuditRoutesOptions['accountName'],
): AsyncGenerator<wire.EventView> {
  const view = eventViewer(accountName);
  for await (const event of events) yield view(event);
}

/** A team is small: every name is looked up once for each request. */
function eventViewer(accountName: AuditRoutesOptions['accountName']) {
  const names = new Map<string, string | null>();
  return async (event: StoredEvent & { readonly sequence?: number }): Promise<wire.EventView> => {
    const { eventId, atMs, act, actorId, sessionId, subjectIds, facts, sequence } = event;
    if (actorId !== null && !names.has(actorId)) names.set(actorId, await accountName(actorId));
    return {
      eventId,
      time: timestamp(atMs),
      act,
      actor: actorId === null ? null : { accountId: actorId, name: names.get(actorId) ?? null },
      sessionId,
      subjectIds: [...subjectIds],
      facts: { ...facts },
      sequence: sequence ?? null,
    };
  };
}
