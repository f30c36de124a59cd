import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ChannelView } from './api.ts';
import { configOf, typedOf } from './channel-form.ts';

const mail: ChannelView = {
  ...{ channelId: '1', name: 'Mail', kind: 'smtp', personal: true, destination: '', kinds: null },
  config: { host: 'smtp.example.org', port: 2525, user: 'holdfast', from: 'a@example.org' },
  ...{ madeTime: '', lastDeliveredTime: null, failingSinceTime: null, lastCode: null, deadLetters: 0 },
};

test('a channel that is opened and saved again asks for no change, and keeps its secrets', () => {
  assert.deepEqual(configOf('smtp', typedOf('smtp', mail)), mail.config);
  const file = { ...mail, kind: 'jsonl', config: { file: 'a.jsonl', sync: false } };
  assert.deepEqual(configOf('jsonl', typedOf('jsonl', file)), file.config);
});

test('what is left empty or usual is left out; numbers are numbers; a secret is dropped only when it is told', () => {
  const typed = typedOf('smtp');
  const fields = {
    ...typed.fields,
    host: ' smtp.example.org ',
    security: 'starttls',
    port: '587',
    from: 'a@example.org',
  };
  assert.deepEqual(configOf('smtp', { ...typed, fields }), {
    host: 'smtp.example.org',
    port: 587,
    from: 'a@example.org',
  });
  assert.equal(configOf('smtp', { ...typed, fields, dropped: ['password'] })['password'], null);
  const again = { ...fields, password: 'new' };
  assert.equal(configOf('smtp', { ...typed, fields: again, dropped: ['password'] })['password'], 'new');
  assert.deepEqual(configOf('jsonl', { ...typedOf('jsonl'), fields: { file: 'x', sync: 'yes' } }), { file: 'x' });
});
