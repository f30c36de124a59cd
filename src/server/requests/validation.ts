/** Requests are held against the schemas of their routes; the routes' wire.ts files write those. */
import type { FastifyInstance, FastifySchemaCompiler, FastifyServerOptions } from 'fastify';
import type { TSchema } from 'typebox';
import { serverErrors } from '../errors.ts';
import type * as Engine from './schema-engine.ts';

const parts = { body: 'body', querystring: 'query', params: 'path', headers: 'header' } as const;
const MAX_FIELDS = 20;

/**
 * Compiles each schema when the first request needs it, and loads the engine for that with the first request that has
 * something to check: a fifth of the whole start would go into it.
 */
export function lazyValidation(): {
  /** For the framework's options: named there, its own engines are not even loaded. */
  readonly schemaController: NonNullable<FastifyServerOptions['schemaController']>;
  readonly addTo: (app: FastifyInstance) => void;
} {
  let engine: typeof Engine | undefined;

  const compiler: FastifySchemaCompiler<TSchema> = ({ schema, httpPart }) => {
    let validator: ReturnType<typeof Engine.Compile> | undefined;
    return (value: unknown) => {
      if (!engine) throw new TypeError('A request reached validation before its engine was loaded');
      validator ??= engine.Compile(schema);
      // Query, path and headers are text on the wire; a body has types of its own and must get them right.
      // A body in which nothing is required may be left out.
      const given = httpPart === 'body' ? (value ?? emptyBody(schema)) : valuesFromText(schema, value);
      if (validator.Check(given)) return { value: given };
      return { error: refusal(httpPart, validator.Errors(given)[1]) };
    };
  };

  return {
    schemaController: {
      compilersFactory: {
        // Its type knows AJV's compilers alone; every compiler set by `setValidatorCompiler` has this other shape.
        buildValidator: () => compiler as never,
        buildSerializer: () => () => (data) => JSON.stringify(data),
      },
    },
    addTo: (app) => {
      app.addHook('preValidation', async (request) => {
        const { schema } = request.routeOptions;
        if (!engine && (schema?.body ?? schema?.querystring ?? schema?.params ?? schema?.headers)) {
          engine = await import('./schema-engine.ts');
        }
      });
    },
  };
}

function emptyBody(schema: object): unknown {
  return 'properties' in schema && !('required' in schema) ? {} : undefined;
}

const WHOLE = /^-?[0-9]{1,15}$/;

/** Text that stands for what the schema wants is turned into it; all else stays, and is refused by the check. */
function valuesFromText(schema: object, given: unknown): unknown {
  if (!('properties' in schema) || given === null || typeof given !== 'object') return given;
  const properties = schema.properties as Readonly<Record<string, { readonly type?: unknown }>>;
  const converted = Object.entries(given).map(([name, value]: [string, unknown]) => {
    const type = Object.hasOwn(properties, name) ? properties[name]?.type : undefined;
    if (type === 'integer' && typeof value === 'string' && WHOLE.test(value)) return [name, Number(value)];
    if (type === 'boolean' && (value === 'true' || value === 'false')) return [name, value === 'true'];
    return [name, value];
  });
  return Object.fromEntries(converted);
}

/** Names the fields, never their values: a password may be among them. */
function refusal(
  httpPart: string | undefined,
  errors: readonly { readonly instancePath: string; readonly message: string }[],
): Error {
  const fields = errors.slice(0, MAX_FIELDS).map(({ instancePath, message }) => ({
    in: parts[httpPart as keyof typeof parts] ?? 'request',
    field: instancePath.slice(1).replaceAll('/', '.'),
    problem: message,
  }));
  const said = fields.map((field) => `${[field.in, field.field].filter(Boolean).join(' ')} ${field.problem}`);
  return serverErrors('request_invalid', { detail: said.slice(0, 3).join('; '), extra: { fields } });
}
