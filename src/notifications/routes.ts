import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { FastifyRequest } from 'fastify';
import { timestamp } from '../base/clock.ts';
import '../base/http/access.ts';
import type { FeedReader, Notice } from './feed/feed.ts';
import type { Notifications } from './notifications.ts';
import { pushRoutes } from './push/routes.ts';
import { preferenceRoutes } from './rules/routes.ts';
import type { Actor } from './rules/acts.ts';
import { channelRoutes } from './setup/routes.ts';
import * as wire from './wire.ts';

export interface NotificationsRoutesOptions {
  /** Who asks; throws when nobody is signed in. */
  readonly reader: (request: FastifyRequest) => FeedReader & Actor;
}

const tags = ['notices'];

/** The routes of notifications/, to be mounted under `/api/v1`. Everybody sees their own notices. */
export function notificationsRoutes(
  notifications: Notifications,
  { reader }: NotificationsRoutesOptions,
): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.route({
      method: 'GET',
      url: '/notices',
      schema: {
        operationId: 'listNotices',
        summary: 'What I was told, newest first',
        tags,
        querystring: wire.NoticesQuery,
        response: { 200: wire.NoticesReply },
      },
      async handler(request) {
        const { limit = 50, after, unread } = request.query;
        const page = await notifications.list(reader(request), { after, limit, unreadOnly: unread });
        return { ...page, notices: page.notices.map(noticeView) };
      },
    });

    app.route({
      method: 'POST',
      url: '/notices/read',
      schema: {
        operationId: 'markNotices',
        summary: 'Mark notices as read, or as not read',
        tags,
        body: wire.MarkRequest,
        response: { 200: wire.MarkReply },
      },
      async handler(request) {
        const { noticeIds, read } = request.body;
        return { changed: await notifications.mark(reader(request), noticeIds, read) };
      },
    });

    await app.register(preferenceRoutes(notifications, reader));
    await app.register(pushRoutes(notifications, reader));
    await app.register(channelRoutes(notifications, reader));
  };
}

function noticeView({ path, details, firstMs, lastMs, readMs, ...notice }: Notice): wire.NoticeView {
  return {
    ...notice,
    details: [...details],
    link: path,
    firstTime: timestamp(firstMs),
    lastTime: timestamp(lastMs),
    readTime: readMs === null ? null : timestamp(readMs),
  };
}
