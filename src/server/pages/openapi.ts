/** The interface described by its own schemas: `/api/openapi.json` for programs, `/api/docs` for people. */
import fastify, { type FastifyInstance, type RouteOptions } from 'fastify';
import { defaultAccess } from '../../base/http/access.ts';
import { docsPage, type ApiDescription } from './docs-page.ts';
import type { ErrorEntry } from '../../base/errors.ts';
import { sendHtml } from './html.ts';

export interface OpenApiOptions {
  readonly version: string;
  /** Every error that a call may answer with, by code. */
  readonly errors: Readonly<Record<string, ErrorEntry>>;
}

/** Call before the routes that it describes are registered. */
export function addOpenApi(app: FastifyInstance, options: OpenApiOptions): void {
  const routes: RouteOptions[] = [];
  app.addHook('onRoute', (route) => {
    routes.push(route);
  });

  const config = { access: 'public' } as const;
  const schema = { hide: true } as const;
  let described: Promise<ApiDescription> | undefined;
  const description = (): Promise<ApiDescription> => (described ??= describe(routes, options.version));
  app.get('/api/openapi.json', { config, schema }, async (_request, reply) => {
    const text = JSON.stringify(await description());
    return reply.header('Content-Type', 'application/json').header('Cache-Control', 'no-cache').send(text);
  });
  app.get('/api/docs', { config, schema }, async (_request, reply) => {
    const page = docsPage(await description(), options.errors);
    return sendHtml(reply.header('Cache-Control', 'no-cache'), page);
  });
}

/**
 * The routes once more, on an application that answers nothing, with the plug-in that writes OpenAPI: so that a server
 * nobody asks for its description does not carry it.
 */
async function describe(routes: readonly RouteOptions[], version: string): Promise<ApiDescription> {
  const { default: swagger } = await import('@fastify/swagger');
  await using app = fastify({ exposeHeadRoutes: false });
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Holdfast',
        version,
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
          sessionCookie: {
            type: 'apiKey',
            in: 'cookie',
            name: '__Host-holdfast-session',
            description:
              'For browsers: set by logging in with `session: "cookie"`; `holdfast-session` over plain HTTP. No script reads it; a write must tell its page in Origin or Sec-Fetch-Site.',
          },
          appPassword: {
            type: 'http',
            scheme: 'bearer',
            description: 'An app password of the scope that the call names.',
          },
          host: {
            type: 'http',
            scheme: 'bearer',
            description: 'The token of a host, which enrolling it answers with; to enrol, the token of an enrolment.',
          },
          basic: {
            type: 'http',
            scheme: 'basic',
            description: 'An app password with the handle or e-mail address as user; over TLS or on the same machine.',
          },
        },
        schemas: { Problem: problemSchema },
      },
    },
    transform: ({ schema, url, route }) => {
      const access = route.config?.access ?? defaultAccess;
      const role = access === 'admin' || access === 'member' ? { 'x-holdfast-access': access } : {};
      const scope = route.config?.scope;
      const programs = scope === undefined ? [] : [{ appPassword: [] }, { basic: [] }];
      const people = access === 'host' ? [] : [{ session: [] }, { sessionCookie: [] }];
      const hosts = route.config?.hosts === undefined ? [] : [{ host: [] }];
      const security = access === 'public' ? [] : [...people, ...programs, ...hosts];
      const named = scope === undefined ? {} : { 'x-holdfast-scope': scope };
      return { schema: { ...schema, ...role, ...named, security }, url };
    },
    transformObject: (document) => withProblems('openapiObject' in document ? document.openapiObject : {}),
  });
  for (const { method, url, schema, config } of routes) {
    app.route({ method, url, schema: schema ?? {}, config: config ?? {}, handler: () => undefined });
  }
  await app.ready();
  return app.swagger() as ApiDescription;
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
