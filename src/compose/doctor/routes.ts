import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from '../../base/http/schema.ts';
import '../../base/http/access.ts';
import type { DoctorReport } from './doctor.ts';

const DoctorReply = Type.Object({
  checks: Type.Array(
    Type.Object({
      id: Type.String({ description: 'Stable name of the check.' }),
      verdict: Type.Union([Type.Literal('pass'), Type.Literal('warn'), Type.Literal('fail')]),
      what: Type.String({ description: 'What was found.' }),
      remedy: Type.Union([Type.String(), Type.Null()], { description: 'What to do; null when nothing.' }),
    }),
  ),
});

export function doctorRoutes(examine: () => Promise<DoctorReport>): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.route({
      method: 'GET',
      url: '/doctor',
      config: { access: 'admin' },
      schema: {
        operationId: 'doctor',
        summary: 'What is not right with this server',
        description: 'Looks at keys, stores, copies, disks and clock. Changes nothing. For admins.',
        tags: ['server'],
        response: { 200: DoctorReply },
      },
      handler: async () => ({ checks: [...(await examine()).checks] }),
    });
  };
}
