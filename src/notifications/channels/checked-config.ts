/**
 * Holds a configuration against the schema of its channel. Schemas of channels are flat objects of texts, whole numbers
 * and flags; a test holds this against TypeBox's own check. What is refused is named by its field and never quoted, since
 * it may be a secret.
 */
import { quoted } from '../../base/text/visible.ts';
import { invalidField } from './config-fields.ts';

interface Field {
  readonly type: 'string' | 'integer' | 'boolean';
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly enum?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  /** It is secret. */
  readonly writeOnly?: boolean;
}

export interface FlatSchema {
  readonly properties: Readonly<Record<string, Field>>;
  readonly required?: readonly string[];
}

/** Throws `channel_config_invalid`. */
export function checkConfig(config: unknown, { properties, required = [] }: FlatSchema): void {
  if (typeof config !== 'object' || config === null || Array.isArray(config)) {
    throw invalidField('config', 'a JSON object is wanted');
  }
  const given = Object.entries(config).filter(([, value]) => value !== undefined);
  const missing = required.find((name) => given.every(([known]) => known !== name));
  if (missing !== undefined) throw invalidField(missing, 'it is missing');
  for (const [name, value] of given) {
    const field = Object.hasOwn(properties, name) ? properties[name] : undefined;
    if (!field) {
      throw invalidField(quoted(name, 40), `there is no such field, but ${Object.keys(properties).join(', ')}`);
    }
    const wanted = wantedOf(value, field);
    if (wanted !== null) throw invalidField(name, `${wanted} is wanted`);
  }
}

/** What would fit; `null` when `value` does. */
function wantedOf(value: unknown, field: Field): string | null {
  switch (field.type) {
    case 'boolean':
      return typeof value === 'boolean' ? null : 'true or false';
    case 'integer': {
      const { minimum = Number.MIN_SAFE_INTEGER, maximum = Number.MAX_SAFE_INTEGER } = field;
      const fits = Number.isInteger(value) && Number(value) >= minimum && Number(value) <= maximum;
      return fits ? null : `a whole number from ${minimum} to ${maximum}`;
    }
    case 'string':
      return wantedText(value, field);
  }
}

function wantedText(value: unknown, field: Field): string | null {
  if (field.enum) return field.enum.some((word) => word === value) ? null : `one of ${field.enum.join(', ')}`;
  const { minLength = 0, maxLength = Number.MAX_SAFE_INTEGER, pattern } = field;
  if (typeof value !== 'string') return 'a text';
  const length = Array.from(value).length;
  if (length < minLength || length > maxLength) return `a text of ${minLength} to ${maxLength} characters`;
  return pattern === undefined || new RegExp(pattern, 'u').test(value) ? null : `a text of the form ${pattern}`;
}
