import { Readable } from 'node:stream';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { sessionOf } from '../../accounts/index.ts';
import { timestamp } from '../../base/clock.ts';
import '../../base/http/access.ts';
import type { Chat } from '../chat.ts';
import type { RoomEvent } from '../messages/content.ts';
import type { ChatRoutesOptions } from './routes-options.ts';
import { flaggedView } from './moderation-views.ts';
import { flaggedOf } from '../moderation/flagged.ts';
import { listView, messageView } from './views.ts';
import * as wire from '../wire.ts';

const tags = ['chat'];

/** What is said, and what becomes of it. */
export function messageRoutes(
  chat: Chat,
  { caller, attachments: { files } }: ChatRoutesOptions,
): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.route({
      method: 'POST',
      url: '/chat/rooms/:roomId/messages',
      config: { bots: 'write' },
      schema: {
        operationId: 'sendChatMessage',
        summary: 'Say something in a room',
        description:
          'Answered once it is durable. After a lost answer send it again with the same messageId. Files are attached by where they lie in a drive that you may change; they are shared with the message or not at all.',
        tags,
        params: wire.RoomParams,
        body: wire.SendRequest,
        response: { 201: wire.SentReply },
      },
      async handler(request, reply) {
        const { attachments: wanted = [], ...message } = request.body;
        const offers = () => Promise.all(wanted.map((file) => files.shares.offer(sessionOf(request), file)));
        const sent = await chat.send(caller(request), request.params.roomId, {
          ...message,
          ...(wanted.length === 0 ? {} : { attachments: offers }),
        });
        return reply.code(201).send(sentView(sent));
      },
    });

    app.route({
      method: 'GET',
      url: '/chat/rooms/:roomId/messages',
      config: { bots: 'read' },
      schema: {
        operationId: 'listChatMessages',
        summary: 'A page of what was said; without before, after and at the last one',
        tags,
        params: wire.RoomParams,
        querystring: wire.HistoryQuery,
        response: { 200: wire.HistoryReply },
      },
      async handler(request) {
        const { limit = 50, before, after, at } = request.query;
        const atMs = at === undefined ? undefined : Date.parse(at);
        const page = await chat.history(caller(request), request.params.roomId, { limit, before, after, atMs });
        return { ...page, messages: page.messages.map(messageView) };
      },
    });

    app.route({
      method: 'GET',
      url: '/chat/rooms/:roomId/messages/:sequence',
      config: { bots: 'read' },
      schema: {
        operationId: 'showChatMessage',
        summary: 'One message: what a permalink leads to',
        tags,
        params: wire.MessageParams,
        response: { 200: wire.MessageView },
      },
      async handler(request) {
        const { roomId, sequence } = request.params;
        return messageView(await chat.message(caller(request), roomId, sequence));
      },
    });

    app.route({
      method: 'POST',
      url: '/chat/rooms/:roomId/messages/:sequence',
      config: { bots: 'write' },
      schema: {
        operationId: 'editChatMessage',
        summary: 'Give a message of yours another text; the one before it is kept',
        tags,
        params: wire.MessageParams,
        body: wire.EditRequest,
        response: { 200: wire.SentReply },
      },
      async handler(request) {
        return sentView(await chat.edit(caller(request), request.params, request.body.text));
      },
    });

    app.route({
      method: 'DELETE',
      url: '/chat/rooms/:roomId/messages/:sequence',
      config: { bots: 'write' },
      schema: {
        operationId: 'removeChatMessage',
        summary: 'Remove a message of yours, or as a moderator of others: its text is gone for good',
        tags,
        params: wire.MessageParams,
        response: { 200: wire.MessageView },
      },
      async handler(request) {
        return messageView(await chat.remove(caller(request), request.params));
      },
    });

    app.route({
      method: 'GET',
      url: '/chat/rooms/:roomId/messages/:sequence/edits',
      schema: {
        operationId: 'listChatEdits',
        summary: 'The texts that a message had before',
        tags,
        params: wire.MessageParams,
        response: { 200: wire.EditsReply },
      },
      async handler(request) {
        const { roomId, sequence } = request.params;
        const edits = await chat.edits(caller(request), roomId, sequence);
        return { edits: edits.map(({ text, atMs }) => ({ text, time: timestamp(atMs) })) };
      },
    });

    app.route({
      method: 'POST',
      url: '/chat/rooms/:roomId/messages/:sequence/reactions',
      config: { bots: 'write' },
      schema: {
        operationId: 'reactToChatMessage',
        summary: 'React to a message, or take a reaction back',
        tags,
        params: wire.MessageParams,
        body: wire.ReactionRequest,
        response: { 200: wire.MessageView },
      },
      async handler(request) {
        return messageView(await chat.react(caller(request), request.params, request.body));
      },
    });

    app.route({
      method: 'POST',
      url: '/chat/rooms/:roomId/messages/:sequence/pin',
      schema: {
        operationId: 'pinChatMessage',
        summary: 'Pin a message, or take the pin off, as a moderator',
        tags,
        params: wire.MessageParams,
        body: wire.OnRequest,
        response: { 200: wire.MessageView },
      },
      async handler(request) {
        return messageView(await chat.pin(caller(request), request.params, request.body.on));
      },
    });

    app.route({
      method: 'GET',
      url: '/chat/rooms/:roomId/messages/:sequence/replies',
      config: { bots: 'read' },
      schema: {
        operationId: 'listChatReplies',
        summary: 'What was answered in the thread that a message began',
        tags,
        params: wire.MessageParams,
        querystring: wire.ListQuery,
        response: { 200: wire.ListReply },
      },
      async handler(request) {
        const { roomId, sequence } = request.params;
        const { limit = 50, after } = request.query;
        return listView(await chat.thread(caller(request), roomId, sequence, { limit, after }));
      },
    });

    app.route({
      method: 'GET',
      url: '/chat/rooms/:roomId/pins',
      config: { bots: 'read' },
      schema: {
        operationId: 'listChatPins',
        summary: 'The messages that are pinned',
        tags,
        params: wire.RoomParams,
        querystring: wire.ListQuery,
        response: { 200: wire.ListReply },
      },
      async handler(request) {
        const { limit = 50, after } = request.query;
        return listView(await chat.pins(caller(request), request.params.roomId, { limit, after }));
      },
    });

    app.route({
      method: 'GET',
      url: '/chat/search',
      schema: {
        operationId: 'searchChat',
        summary: 'Messages that hold all words, newest first',
        description:
          'One JSON text a line (JSON Lines), each a message, sent as it is found. At most `limit`; within one room go on with `before`.',
        tags,
        querystring: wire.SearchQuery,
      },
      async handler(request, reply) {
        const { query, roomId, before, limit = 50 } = request.query;
        const found = await chat.search(caller(request), { query, roomId, before });
        return reply.headers(linesHeaders).send(Readable.from(searchLines(found, limit)));
      },
    });

    app.route({
      method: 'GET',
      url: '/chat/rooms/:roomId/export',
      schema: {
        operationId: 'exportChatRoom',
        summary: 'Everything that stands in a room, for its owners',
        description:
          'One JSON text a line, each a message with the texts that it had before. A cut connection means that not all was sent.',
        tags,
        params: wire.RoomParams,
      },
      async handler(request, reply) {
        const lines = await chat.export(caller(request), request.params.roomId);
        return reply.headers(linesHeaders).send(Readable.from(lines));
      },
    });
  };
}

/** With what was found in it, which its author is told and nobody else. */
function sentView(event: RoomEvent): wire.SentReply {
  const flagged = flaggedOf(event);
  return { ...messageView(event), ...(flagged ? { flagged: flaggedView(flagged) } : {}) };
}

const linesHeaders = {
  'Content-Type': 'application/jsonl; charset=utf-8',
  'Content-Security-Policy': "sandbox; default-src 'none'",
  'Cache-Control': 'private, no-store',
};

async function* searchLines(found: AsyncIterable<RoomEvent>, limit: number): AsyncGenerator<string> {
  let count = 0;
  for await (const message of found) {
    yield `${JSON.stringify(messageView(message))}\n`;
    count += 1;
    if (count === limit) return;
  }
}
