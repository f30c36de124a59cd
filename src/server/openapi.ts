/** The interface described by its own schemas: `/api/openapi.json` for programs, `/api/docs` for people. */
import swagger from '@fastify/swagger';
import type { FastifyInstance } from 'fastify';
import { docsPage, type ApiDescription } from './docs-page.ts';
import type { ErrorEntry } from '../base/errors.ts';
import { sendHtml } from './html.ts';

export interface OpenApiOptions {
  readonly version: string;
  /** Every error that a call may answer with, by code. */
  readonly errors: Readonly<Record<string, ErrorEntry>>;
}

/** Register before the routes that it describes. */
export async function addOpenApi(app: FastifyInstance, options: OpenApiOptions): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Holdfast',
        version: options.version,
        description:
          'Encrypted, versioned, twice-kept files. Refusals are RFC 9457 problems with a stable `code`; lists are read ' +
          'page by page with `?after=&limit=`.',
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      components: {
        securitySchemes: {
          session: {
            type: 'http',
            scheme: 'bearer',
            description: 'The token that signing up or logging in (`POST /api/v1/sessions`) answers with.',
          },
        },
        schemas: { Problem: problemSchema },
      },
      security: [{ session: [] }],
    },
    transform: ({ schema, url, route }) => {
      const access = route.config?.access ?? 'session';
      const described = {
        ...schema,
        ...(access === 'public' ? { security: [] } : { security: [{ session: [] }] }),
        ...(access === 'admin' ? { 'x-holdfast-access': 'admin' } : {}),
      };
      return { schema: described, url };
    },
    transformObject: (document) => withProblems('openapiObject' in document ? document.openapiObject : {}),
  });

  const config = { access: 'public' } as const;
  const schema = { hide: true } as const;
  let text: string | undefined;
  let page: string | undefined;
  app.get('/api/openapi.json', { config, schema }, async (_request, reply) => {
    text ??= JSON.stringify(app.swagger());
    return reply.header('Content-Type', 'application/json').header('Cache-Control', 'no-cache').send(text);
  });
  app.get('/api/docs', { config, schema }, async (_request, reply) => {
    page ??= docsPage(app.swagger() as ApiDescription, options.errors);
    return sendHtml(reply.header('Cache-Control', 'no-cache'), page);
  });
}

/** RFC 9457, with the members that every refusal of ours carries. */
const problemSchema = {
  type: 'object' as const,
  required: ['type', 'title', 'status', 'code', 'remedy'],
  properties: {
    type: { type: 'string' as const, description: 'Where the code is explained.' },
    title: { type: 'string' as const, description: 'Why it failed, in one sentence.' },
    status: { type: 'integer' as const },
    detail: { type: 'string' as const, description: 'What exactly was found.' },
    code: { type: 'string' as const, description: 'Stable; what programs compare.' },
    attempted: { type: 'string' as const, description: 'What was tried, on what.' },
    remedy: { type: 'string' as const, description: 'What to do now.' },
  },
};

/** Each call may answer with a problem; said once here rather than on every route. */
function withProblems<Document extends object>(document: Document): Document {
  const paths = (document as { paths?: Record<string, Record<string, { responses?: object }>> }).paths ?? {};
  const problem = {
    description: 'A refusal; `code` says which.',
    content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
  };
  const described = Object.entries(paths).map(([path, methods]) => [
    path,
    Object.fromEntries(
      Object.entries(methods).map(([method, call]) => [
        method,
        { ...call, responses: { ...call.responses, default: problem } },
      ]),
    ),
  ]);
  return { ...document, paths: Object.fromEntries(described) };
}
