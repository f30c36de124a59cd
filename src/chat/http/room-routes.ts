import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { timestamp } from '../../base/clock.ts';
import '../../base/http/access.ts';
import type { Chat } from '../chat.ts';
import type { ChatRoutesOptions } from './routes-options.ts';
import { personView, roomView } from './views.ts';
import * as wire from '../wire.ts';

const tags = ['chat'];

/** Rooms and their members. */
export function roomRoutes(chat: Chat, { caller, person }: ChatRoutesOptions): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.route({
      method: 'GET',
      url: '/chat/rooms',
      config: { bots: 'read' },
      schema: {
        operationId: 'listChatRooms',
        summary: 'Every room that you may enter',
        tags,
        response: { 200: wire.RoomsReply },
      },
      handler: async (request) => ({ rooms: (await chat.rooms(caller(request))).map(roomView) }),
    });

    app.route({
      method: 'POST',
      url: '/chat/rooms',
      schema: {
        operationId: 'makeChatRoom',
        summary: 'Make a room; you are its owner',
        tags,
        body: wire.NewRoomRequest,
        response: { 201: wire.RoomView },
      },
      async handler(request, reply) {
        const made = await chat.createRoom(caller(request), request.body);
        return reply.code(201).send(roomView(made));
      },
    });

    app.route({
      method: 'POST',
      url: '/chat/conversations',
      schema: {
        operationId: 'startChatConversation',
        summary: 'The conversation of you and a few people; made where there is none',
        description:
          'By their handles. It is a room of the kind direct: everything about rooms and messages goes for it, other members do not.',
        tags,
        body: wire.ConversationRequest,
        response: { 200: wire.RoomView },
      },
      handler: async (request) => roomView(await chat.startConversation(caller(request), request.body.handles)),
    });

    app.route({
      method: 'GET',
      url: '/chat/rooms/:roomId',
      config: { bots: 'read' },
      schema: {
        operationId: 'showChatRoom',
        summary: 'A room',
        tags,
        params: wire.RoomParams,
        response: { 200: wire.RoomView },
      },
      handler: async (request) => roomView(await chat.room(caller(request), request.params.roomId)),
    });

    app.route({
      method: 'POST',
      url: '/chat/rooms/:roomId',
      schema: {
        operationId: 'changeChatRoom',
        summary: 'Give a room another name or topic, open or close it, archive it or bring it back',
        description: 'A moderator sets name and topic, an owner the rest. What is left out stays.',
        tags,
        params: wire.RoomParams,
        body: wire.RoomChangesRequest,
        response: { 200: wire.RoomView },
      },
      handler: async (request) => roomView(await chat.changeRoom(caller(request), request.params.roomId, request.body)),
    });

    app.route({
      method: 'GET',
      url: '/chat/rooms/:roomId/members',
      schema: {
        operationId: 'listChatMembers',
        summary: 'Who was added to a room or joined it',
        tags,
        params: wire.RoomParams,
        response: { 200: wire.MembersReply },
      },
      async handler(request) {
        const members = await chat.members(caller(request), request.params.roomId);
        const view = async ({ accountId, role, sinceMs }: (typeof members)[number]) => {
          const found = await person(accountId);
          const { handle = null, name = null } = found ?? {};
          const presence = chat.presence.stateOf(accountId);
          const isBot = found !== null && (await chat.bots.person(accountId)) !== null;
          return { accountId, handle, name, isBot, role, sinceTime: timestamp(sinceMs), presence };
        };
        return { members: await Promise.all(members.map(view)) };
      },
    });

    app.route({
      method: 'GET',
      url: '/chat/people',
      schema: {
        operationId: 'listChatPeople',
        summary: 'Everybody who shares a room with you',
        description:
          'Everybody but guests shares the public rooms. A page may hold fewer than the limit; go on while there is a `next`.',
        tags,
        querystring: wire.PeopleQuery,
        response: { 200: wire.PeopleReply },
      },
      async handler(request) {
        const { limit = 100, after } = request.query;
        const { people, next } = await chat.people(caller(request), { limit, after });
        return { people: people.map((each) => personView(each, chat.presence.stateOf(each.accountId))), next };
      },
    });

    app.route({
      method: 'POST',
      url: '/chat/rooms/:roomId/members',
      schema: {
        operationId: 'setChatMember',
        summary: 'Add a member or give one another role; name yourself to join',
        tags,
        params: wire.RoomParams,
        body: wire.SetMemberRequest,
        response: { 204: wire.Done },
      },
      async handler(request, reply) {
        const { handle, role } = request.body;
        await chat.setMember(caller(request), request.params.roomId, handle, role);
        return reply.code(204).send(null);
      },
    });

    app.route({
      method: 'DELETE',
      url: '/chat/rooms/:roomId/members/:accountId',
      schema: {
        operationId: 'removeChatMember',
        summary: 'Remove a member; name yourself to leave',
        tags,
        params: wire.MemberParams,
        response: { 204: wire.Done },
      },
      async handler(request, reply) {
        const { roomId, accountId } = request.params;
        await chat.removeMember(caller(request), roomId, accountId);
        return reply.code(204).send(null);
      },
    });
  };
}
