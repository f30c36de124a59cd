import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from '../../base/http/schema.ts';
import '../../base/http/access.ts';
import type { RecordsBackup } from './records-backups.ts';

const RecordsBackupReply = Type.Object({
  file: Type.String({ description: 'Where it lies on the server.' }),
  time: Type.String({ description: 'What was stored until then is in it.' }),
  bytes: Type.Integer(),
});

export function recordsRoutes(makeBackup: () => Promise<RecordsBackup>): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.route({
      method: 'POST',
      url: '/records/backups',
      config: { access: 'admin' },
      schema: {
        operationId: 'backUpRecords',
        summary: 'Make a backup of the records now',
        description:
          'One is made every day by itself. It lies in a folder of the server; what is in the records is encrypted there too. For admins.',
        tags: ['server'],
        response: { 201: RecordsBackupReply },
      },
      handler: async (_request, reply) => reply.code(201).send(await makeBackup()),
    });
  };
}
