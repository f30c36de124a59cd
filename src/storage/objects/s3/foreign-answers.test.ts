/** What answers in the place of a store must not be believed: an empty list of it would be a workspace without files. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EMPTY_LIST, type ScriptedAnswer, scriptedS3 } from '../../../../test/support/s3/scripted-s3.ts';
import { HoldfastError } from '../../../base/errors.ts';
import { bytesBody } from '../body.ts';

/** A store that is one until `become` makes something else of it. */
async function storeThatBecomes() {
  let answer = EMPTY_LIST;
  const scripted = await scriptedS3(() => answer);
  return { ...scripted, become: (next: ScriptedAnswer) => void (answer = next) };
}

const PAGE = '<!DOCTYPE html><html><head><title>Log in</title></head><body><p>Welcome</p></body></html>';

const STRANGERS: Readonly<Record<string, ScriptedAnswer>> = {
  'the login page of a network': [200, 'text/html; charset=utf-8', PAGE],
  'a page that is no XML': [200, 'text/html', '<!DOCTYPE html><meta charset=utf8><br>Fish & chips'],
  'the way to a login page': [302, 'text/html', PAGE],
  'an API of something else': [200, 'application/json', '{"status":"ok"}'],
  'XML of something else': [200, 'application/xml', '<?xml version="1.0"?><health><state>up</state></health>'],
  nothing: [200, 'text/plain', ''],
  'a page that was not found': [404, 'text/html', PAGE],
  'a gateway whose store is gone': [404, 'text/plain', '404 page not found\n'],
  'an API that knows no such way': [404, 'application/json', '{"detail":"Not Found"}'],
};

for (const [what, answer] of Object.entries(STRANGERS)) {
  test(`${what} is a store that does not answer, whatever it was asked`, async () => {
    await using setup = await storeThatBecomes();
    const { store } = setup;
    setup.become(answer);
    const acts: Readonly<Record<string, () => Promise<unknown>>> = {
      list: () => store.list({}),
      head: () => store.head('a'),
      get: () => store.get('a'),
      put: () => store.put('a', bytesBody(Buffer.from('x'))),
      'put in parts': () => store.put('a', bytesBody(Buffer.alloc(9 * 2 ** 20))),
      copy: () => store.copy('a', 'b'),
      'begin an upload': () => store.multipart.create('a'),
    };
    for (const [act, run] of Object.entries(acts)) {
      await assert.rejects(run(), (error) => {
        assert.ok(error instanceof HoldfastError, `${act}: ${String(error)}`);
        assert.equal(error.code, 'store_unavailable', act);
        if (answer[0] === 200) assert.match(error.remedy, /What answered is no S3 store/, act);
        return true;
      });
    }
    // What was taken out may be asked for again; of what was not, nobody must believe that it is.
    if (answer[0] === 404) await assert.rejects(store.delete('a'), { code: 'store_unavailable' });
  });
}

test('an answer that is not believed keeps no connection', async () => {
  let answer = EMPTY_LIST;
  // So patient that a connection which is kept would hold this test up until it is given up.
  const settings = { s3Connections: 2, s3StallTimeoutMs: 600_000, s3RequestTimeoutMs: 600_000 };
  await using scripted = await scriptedS3(() => answer, undefined, settings);
  answer = [200, 'text/html', PAGE];
  for (let n = 0; n < 5; n += 1) await assert.rejects(scripted.store.get('a'), { code: 'store_unavailable' });
  answer = [404, 'application/xml', '<Error><Code>NoSuchKey</Code></Error>'];
  await assert.rejects(scripted.store.get('a'), { code: 'object_not_found' });
});

test('a store that says what it does not find is believed', async () => {
  await using setup = await storeThatBecomes();
  setup.become([404, 'application/xml', '<Error><Code>NoSuchKey</Code></Error>']);
  await assert.rejects(setup.store.get('a'), { code: 'object_not_found' });
  await setup.store.delete('a');
});

test('a proxy that is overloaded, or takes no body of that size, is told by its number', async () => {
  await using setup = await storeThatBecomes();
  for (const [status, code] of [
    [413, 'object_too_large'],
    [403, 'store_denied'],
    [502, 'store_unavailable'],
  ] as const) {
    setup.become([status, 'text/html', PAGE]);
    await assert.rejects(setup.store.put('a', bytesBody(Buffer.from('x'))), { code });
  }
});
