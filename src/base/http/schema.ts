import type { Static, Type as TypeBox } from 'typebox';

/**
 * The builders that wire schemas are written with: TypeBox's names, signatures and types, and the same plain JSON
 * Schema. TypeBox itself is left out of the running server, since loading its several hundred modules took a fifth of
 * the time from start to first answer; a test holds each builder against it.
 */
export type { Static };

type Options = Readonly<Record<string, unknown>>;
type Schema = Record<string, unknown>;

/** Optionality belongs to the property, so it is noted beside the schema and not in it. */
const optional = new WeakSet<object>();

const builders = {
  String: (options?: Options): Schema => ({ type: 'string', ...options }),
  Integer: (options?: Options): Schema => ({ type: 'integer', ...options }),
  Number: (options?: Options): Schema => ({ type: 'number', ...options }),
  Boolean: (options?: Options): Schema => ({ type: 'boolean', ...options }),
  Null: (options?: Options): Schema => ({ type: 'null', ...options }),
  Literal: (value: string | number | boolean, options?: Options): Schema => ({
    type: typeof value,
    const: value,
    ...options,
  }),
  Array: (items: Schema, options?: Options): Schema => ({ type: 'array', items, ...options }),
  Union: (anyOf: readonly Schema[], options?: Options): Schema => ({ anyOf, ...options }),
  Record: (_keys: Schema, values: Schema, options?: Options): Schema => ({
    type: 'object',
    patternProperties: { '^.*$': values },
    ...options,
  }),
  Unsafe: (schema: Options): Schema => ({ ...schema }),
  Optional: (schema: Schema): Schema => {
    const copy = { ...schema };
    optional.add(copy);
    return copy;
  },
  Object: (properties: Readonly<Record<string, Schema>>, options?: Options): Schema => {
    const required = Object.keys(properties).filter((name) => !optional.has(properties[name] ?? {}));
    return { type: 'object', ...(required.length > 0 ? { required } : {}), properties, ...options };
  },
};

/** What is built is what TypeBox builds, so its types say the truth about it. */
export const Type = builders as unknown as Pick<typeof TypeBox, keyof typeof builders>;
