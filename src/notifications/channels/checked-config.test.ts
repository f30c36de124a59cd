import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { TSchema } from 'typebox';
import { Compile } from 'typebox/schema';
import { hasCode } from '../../base/errors.ts';
import { checkConfig, type FlatSchema } from './checked-config.ts';
import { channelKinds } from './index.ts';
import { channelDeps } from './test-letter.ts';

const KNOWN = ['type', 'minLength', 'maxLength', 'pattern', 'enum', 'minimum', 'maximum', 'description', 'writeOnly'];

function passes(config: unknown, schema: FlatSchema): boolean {
  try {
    checkConfig(config, schema);
    return true;
  } catch (error) {
    assert.ok(hasCode(error, 'channel_config_invalid'), String(error));
    return false;
  }
}

const odd = fc.oneof(
  ...[fc.string(), fc.string({ unit: 'binary' }), fc.integer(), fc.double(), fc.boolean(), fc.constant(null)],
  ...[
    fc.constantFrom('tls', 'tcp', 'none', 'a.jsonl', 'eu-central-1', 'x'.repeat(101)),
    fc.integer({ min: 0, max: 700 }),
  ],
  ...[fc.array(fc.string()), fc.object()],
);

for (const [name, { configSchema }] of Object.entries(channelKinds)) {
  const schema = configSchema as FlatSchema;

  test(`${name}: the schema uses no word that would go unheeded`, () => {
    for (const field of Object.values(schema.properties)) {
      assert.deepEqual(
        Object.keys(field).filter((word) => !KNOWN.includes(word)),
        [],
      );
      assert.ok(['string', 'integer', 'boolean'].includes(field.type));
    }
  });

  test(`${name}: what passes is what passes with TypeBox`, () => {
    const oracle = Compile(configSchema as TSchema);
    const fields = Object.keys(schema.properties);
    const configs = fc.record(Object.fromEntries(fields.map((field) => [field, odd])), { requiredKeys: [] });
    fc.assert(
      fc.property(fc.oneof(configs, fc.jsonValue(), fc.object()), (config) => {
        // A form that is no JSON never gets here.
        const sent = JSON.parse(JSON.stringify(config) ?? 'null') as unknown;
        assert.equal(passes(sent, schema), oracle.Check(sent), JSON.stringify(sent));
      }),
      { numRuns: 1000 },
    );
  });

  test(`${name}: opening it without its fields is refused by name, and no value is quoted`, () => {
    const { open } = channelKinds[name] ?? assert.fail();
    assert.throws(
      () => open({ hush: 'secret guess' }, channelDeps()),
      (error: Error) => {
        assert.doesNotMatch(error.message, /secret guess/);
        return hasCode(error, 'channel_config_invalid');
      },
    );
    for (const config of [null, [], 'x', 1, undefined]) {
      assert.throws(
        () => open(config, channelDeps()),
        (error) => hasCode(error, 'channel_config_invalid'),
      );
    }
  });
}
