import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import '../../base/http/access.ts';
import type { Accounts } from '../accounts.ts';
import { sessionOf } from '../session-request.ts';
import { Done } from '../wire.ts';
import * as wire from './wire.ts';

type PeopleUseCases = Pick<Accounts, 'invites' | 'people' | 'settings'>;

/** Who is here, who may come, and what the workspace is set to. */
export function peopleRoutes({ invites, people, settings }: PeopleUseCases): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.route({
      method: 'POST',
      url: '/invites',
      config: { access: 'member' },
      schema: {
        operationId: 'makeInvite',
        summary: 'Invite somebody',
        description:
          'The reply holds the invitation, once. It is good for one sign-up. Members invite members and guests; admins anybody, another admin with the own password given again.',
        tags: ['people'],
        body: wire.InviteRequest,
        response: { 201: wire.MadeInvite },
      },
      handler: async (request, reply) => {
        const made = await invites.make(sessionOf(request), request.body);
        return reply.code(201).header('cache-control', 'no-store').send(made);
      },
    });

    app.route({
      method: 'GET',
      url: '/invites',
      config: { access: 'member' },
      schema: {
        operationId: 'listInvites',
        summary: 'Open invitations',
        description: 'My own; for an admin those of everybody. Newest first.',
        tags: ['people'],
        querystring: wire.PageQuery,
        response: { 200: wire.Invites },
      },
      handler: (request) => invites.list(sessionOf(request), request.query),
    });

    app.route({
      method: 'DELETE',
      url: '/invites/:inviteId',
      config: { access: 'member' },
      schema: {
        operationId: 'revokeInvite',
        summary: 'Take an invitation back',
        tags: ['people'],
        params: wire.InviteParams,
        response: { 204: Done },
      },
      handler: async (request, reply) => {
        await invites.revoke(sessionOf(request), request.params.inviteId);
        return reply.code(204).send(null);
      },
    });

    app.route({
      method: 'GET',
      url: '/people',
      config: { access: 'admin' },
      schema: {
        operationId: 'listPeople',
        summary: 'Everybody with an account',
        description: 'In order of sign-up.',
        tags: ['people'],
        querystring: wire.PageQuery,
        response: { 200: wire.People },
      },
      handler: (request) => people.list(request.query),
    });

    app.route({
      method: 'POST',
      url: '/people/:accountId/role',
      config: { access: 'admin' },
      schema: {
        operationId: 'changeRole',
        summary: 'Give somebody another role',
        description:
          'Holds at once, for the sessions they have too. The last active admin stays one. To make an admin asks for the own password again.',
        tags: ['people'],
        params: wire.PersonParams,
        body: wire.RoleRequest,
        response: { 200: wire.Person },
      },
      handler: (request) => {
        const { role, password } = request.body;
        return people.changeRole(sessionOf(request), request.params.accountId, role, password);
      },
    });

    app.route({
      method: 'POST',
      url: '/people/:accountId/disable',
      config: { access: 'admin' },
      schema: {
        operationId: 'disablePerson',
        summary: 'Disable an account',
        description:
          'Ends its sessions, app passwords and open invitations at once. Nothing of it is deleted, and it can be enabled again.',
        tags: ['people'],
        params: wire.PersonParams,
        response: { 200: wire.Person },
      },
      handler: (request) => people.disable(sessionOf(request), request.params.accountId),
    });

    app.route({
      method: 'POST',
      url: '/people/:accountId/enable',
      config: { access: 'admin' },
      schema: {
        operationId: 'enablePerson',
        summary: 'Enable an account again',
        description: 'Asks for the own password again where the account is an admin.',
        tags: ['people'],
        params: wire.PersonParams,
        body: wire.EnableRequest,
        response: { 200: wire.Person },
      },
      handler: (request) => people.enable(sessionOf(request), request.params.accountId, request.body.password),
    });

    app.route({
      method: 'GET',
      url: '/admin/settings',
      config: { access: 'admin' },
      schema: {
        operationId: 'listWorkspaceSettings',
        summary: 'Settings of the workspace',
        tags: ['workspace'],
        response: { 200: wire.WorkspaceSettings },
      },
      handler: async () => ({
        settings: (await settings.list()).map((each) => ({ ...each, values: [...each.values] })),
      }),
    });

    app.route({
      method: 'POST',
      url: '/admin/settings',
      config: { access: 'admin' },
      schema: {
        operationId: 'changeWorkspaceSetting',
        summary: 'Change a setting of the workspace',
        description: 'Holds from the next request on, on every server.',
        tags: ['workspace'],
        body: wire.SettingRequest,
        response: { 204: Done },
      },
      handler: async (request, reply) => {
        await settings.change(sessionOf(request), request.body.name, request.body.value);
        return reply.code(204).send(null);
      },
    });
  };
}
