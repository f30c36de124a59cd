import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { sessionOf } from '../../accounts/index.ts';
import '../../base/http/access.ts';
import { timestamp } from '../../base/clock.ts';
import { sendContent, type SharedDownload, takeOctets, uploadIn } from '../../files/index.ts';
import type { Chat } from '../chat.ts';
import type { ChatRoutesOptions } from '../http/routes-options.ts';
import { Done, RoomParams } from '../wire.ts';
import { uploadForChat } from './upload.ts';
import * as wire from './wire.ts';

const tags = ['chat'];

/** Files in rooms: uploading them, fetching them, taking them back. Sending them is part of sending a message. */
export function attachmentRoutes(
  chat: Chat,
  { caller, attachments: { files, watch } }: ChatRoutesOptions,
): FastifyPluginAsyncTypebox {
  return async (app) => {
    const validatorCompiler = takeOctets(app);

    app.route({
      method: 'POST',
      url: '/chat/rooms/:roomId/attachments',
      validatorCompiler,
      schema: {
        operationId: 'uploadChatAttachment',
        summary: 'Upload a file that is to be attached to a message',
        description:
          "The bytes as `application/octet-stream`, the name in `Content-Disposition: attachment; filename*=UTF-8''…`. It goes into the folder “Chat uploads” of your own drive, and is yours alone until you send a message with it. " +
          '`Holdfast-Media-Type`, `Holdfast-Modified-Time`, `Content-Digest` and `Idempotency-Key` as for every upload.',
        tags,
        consumes: ['application/octet-stream'],
        params: RoomParams,
        body: uploadIn.schema,
        response: { 201: wire.UploadedView },
      },
      async handler(request, reply) {
        const session = sessionOf(request);
        const person = caller(request);
        const { roomId } = request.params;
        // Nobody uploads for a room that they could not send it to.
        const { room } = await chat.room(person, roomId);
        chat.requireOpen(room);
        const upload = uploadIn.read(request);
        const ended = new AbortController();
        using _watched = watch.watch(session, (reason) => ended.abort(reason));
        const uploaded = await uploadForChat(files, session, { ...upload, signal: ended.signal });
        return await reply.code(201).send(uploaded);
      },
    });

    app.route({
      method: 'GET',
      url: '/chat/rooms/:roomId/attachments/:shareId',
      schema: {
        operationId: 'showChatAttachment',
        summary: 'A file that was shared with a room',
        tags,
        params: wire.ShareInRoomParams,
        response: { 200: wire.AttachmentFacts },
      },
      async handler(request) {
        const { roomId, shareId } = request.params;
        return factsView(roomId, await chat.attachment(caller(request), roomId, shareId));
      },
    });

    app.route({
      method: 'GET',
      url: '/chat/rooms/:roomId/attachments/:shareId/content',
      schema: {
        operationId: 'getChatAttachment',
        summary: 'Download a file that was shared with a room',
        description:
          'As downloads of files: `Range`, `If-None-Match`, `If-Range` and HEAD, with the version’s id as ETag.',
        tags,
        params: wire.ShareInRoomParams,
      },
      async handler(request, reply) {
        const { roomId, shareId } = request.params;
        const person = caller(request);
        const { download } = await chat.attachment(person, roomId, shareId);
        return await sendContent(request, reply, download, (onEnded) =>
          watch.watch(sessionOf(request), onEnded, () => chat.mayStillOpen(person, roomId, shareId)),
        );
      },
    });

    app.route({
      method: 'DELETE',
      url: '/chat/rooms/:roomId/attachments/:shareId',
      schema: {
        operationId: 'endChatAttachment',
        summary: 'Take a file back that was shared with a room, as who shared it or as a moderator',
        description:
          'Its key is destroyed: from what was said before it goes as well. Who has downloaded it has it. The file itself stays in its drive.',
        tags,
        params: wire.ShareInRoomParams,
        response: { 204: Done },
      },
      async handler(request, reply) {
        const { roomId, shareId } = request.params;
        await chat.endAttachment(caller(request), roomId, shareId);
        return reply.code(204).send(null);
      },
    });
  };
}

function factsView(
  roomId: string,
  { shareId, byId, sinceMs, reference, download }: SharedDownload,
): wire.AttachmentFacts {
  const { name, size, mediaType, sha256, modifiedMs, versionId } = download;
  return {
    ...{ shareId, roomId, sequence: Number(reference), name, size, mediaType, sha256, versionId, byId },
    modifiedTime: timestamp(modifiedMs),
    sinceTime: timestamp(sinceMs),
  };
}
