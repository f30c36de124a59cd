/** Requests are held against the schemas of their routes; the routes' wire.ts files write those in TypeBox. */
import type { FastifySchemaCompiler } from 'fastify';
import type { TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import { Value } from 'typebox/value';
import { serverErrors } from './errors.ts';

const parts = { body: 'body', querystring: 'query', params: 'path', headers: 'header' } as const;
const MAX_FIELDS = 20;

/** Compiles a schema when the first request needs it: most routes are not called in the first second. */
export const validatorCompiler: FastifySchemaCompiler<TSchema> = ({ schema, httpPart }) => {
  let validator: ReturnType<typeof Compile> | undefined;
  return (value: unknown) => {
    validator ??= Compile(schema);
    // Query, path and headers are text on the wire; a body has types of its own and must get them right.
    const given = httpPart === 'body' ? value : Value.Convert(schema, value);
    if (validator.Check(given)) return { value: given };
    const fields = [...validator.Errors(given)].slice(0, MAX_FIELDS).map(({ instancePath, message }) => ({
      in: parts[httpPart as keyof typeof parts] ?? 'request',
      field: instancePath.slice(1).replaceAll('/', '.'),
      problem: message,
    }));
    const detail = fields
      .map((field) => `${[field.in, field.field].filter(Boolean).join(' ')} ${field.problem}`)
      .slice(0, 3)
      .join('; ');
    return { error: serverErrors('request_invalid', { detail, extra: { fields } }) };
  };
};
