import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import '../../base/http/access.ts';
import type { Accounts } from '../accounts.ts';
import { sessionOf } from '../session-request.ts';
import type { WorkspaceKeyView } from './rotate-workspace-key.ts';
import * as wire from './wire.ts';

/** The key of the workspace, for admins. */
export function workspaceKeyRoutes({ workspaceKey }: Pick<Accounts, 'workspaceKey'>): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.route({
      method: 'GET',
      url: '/admin/workspace-key',
      config: { access: 'admin' },
      schema: {
        operationId: 'showWorkspaceKey',
        summary: 'Generations of the workspace key',
        description: 'Fingerprints and times; the key itself never leaves the server in clear.',
        tags: ['workspace'],
        response: { 200: wire.WorkspaceKey },
      },
      handler: async () => copied(await workspaceKey.show()),
    });

    app.route({
      method: 'POST',
      url: '/admin/workspace-key/rotate',
      config: { access: 'admin' },
      schema: {
        operationId: 'rotateWorkspaceKey',
        summary: 'Give the workspace key a new generation',
        description:
          'Asks for the password again. Passwords move to the new key at their next login; what older generations authenticated stays valid. After a failure, repeat: it goes on where it was.',
        tags: ['workspace'],
        body: wire.RotationRequest,
        response: { 200: wire.Rotation },
      },
      handler: async (request) => {
        const made = await workspaceKey.rotate(sessionOf(request), request.body);
        return { ...copied(made), adminCopies: made.adminCopies };
      },
    });
  };
}

function copied({ generation, keys }: WorkspaceKeyView): wire.WorkspaceKey {
  return { generation, keys: [...keys] };
}
