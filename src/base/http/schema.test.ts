import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Type as TypeBox } from 'typebox';
import { Type } from './schema.ts';

/** The same schema, written with either set of builders. */
const samples: Readonly<Record<string, (type: typeof Type) => unknown>> = {
  'String()': (type) => type.String({ maxLength: 3, format: 'date-time', description: 'when' }),
  'Integer()': (type) => type.Integer({ minimum: 0 }),
  'Number()': (type) => type.Number(),
  'Boolean()': (type) => type.Boolean(),
  'Null()': (type) => type.Null({ description: 'done' }),
  'Literal()': (type) => [type.Literal('pq'), type.Literal(3), type.Literal(true)],
  'Array()': (type) => type.Array(type.String(), { maxItems: 8 }),
  'Union()': (type) => type.Union([type.Literal('a'), type.Null()], { description: 'either' }),
  'Record()': (type) => type.Record(type.String(), type.Integer()),
  'Unsafe()': (type) => type.Unsafe<string>({ type: 'string', format: 'binary' }),
  'Object() names what is required': (type) =>
    type.Object({ name: type.String(), size: type.Optional(type.Integer({ minimum: 1 })) }),
  'Object() of optional properties only': (type) => type.Object({ size: type.Optional(type.Integer()) }),
  'Object() without properties': (type) => type.Object({}, { additionalProperties: false }),
  'Object() in an object': (type) => type.Object({ page: type.Object({ after: type.Optional(type.String()) }) }),
};

for (const [what, write] of Object.entries(samples)) {
  test(`${what} builds what TypeBox builds`, () => {
    assert.equal(JSON.stringify(sorted(write(Type))), JSON.stringify(sorted(write(TypeBox))));
  });
}

test('every builder is held against TypeBox', () => {
  const shown = Object.keys(samples).join(' ') + samples['Object() names what is required']?.toString();
  for (const name of Object.keys(Type)) assert.ok(shown.includes(name), name);
});

/** Order of keywords says nothing in JSON Schema. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .map(([key, inner]) => [key, sorted(inner)] as const)
      .toSorted(([left], [right]) => (left < right ? -1 : 1)),
  );
}
