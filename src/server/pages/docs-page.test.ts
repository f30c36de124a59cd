import assert from 'node:assert/strict';
import { test } from 'node:test';
import { docsPage } from './docs-page.ts';

const info = { title: 'Holdfast', version: '1', description: 'Uses `code`.' };
const text = { type: 'string' };

/** The page of one call that answers with this schema. */
function pageOf(schema: object): string {
  const call = { tags: ['things'], responses: { 200: { content: { 'application/json': { schema } } } } };
  return docsPage({ info, paths: { '/things': { get: call } } }, {});
}

test('the page shows nested fields, lists and kinds by their full names', () => {
  const kind = (name: string, extra: object) => ({
    type: 'object',
    properties: { kind: { const: name }, id: text, ...extra },
    required: ['kind', 'id', ...Object.keys(extra)],
  });
  const page = pageOf({
    type: 'object',
    properties: {
      next: text,
      entries: { type: 'array', items: { anyOf: [kind('file', { size: { type: 'integer' } }), kind('folder', {})] } },
    },
    required: ['entries'],
  });
  for (const said of [
    '<code>entries[].id</code></th><td>string</td>',
    '<code>entries[].size</code></th><td>integer, optional</td>',
    '<code>entries[].kind</code></th><td>&quot;file&quot; | &quot;folder&quot;</td>',
    '<code>next</code></th><td>string, optional</td>',
  ]) {
    assert.ok(page.includes(said), said);
  }
});

test('what schemas and catalogues say cannot become markup', () => {
  const evil = '<script>alert(1)</script>"\'&';
  const call = {
    operationId: evil,
    summary: evil,
    description: evil,
    tags: [evil],
    parameters: [{ name: evil, in: evil, description: evil }],
    requestBody: { content: { [evil]: { schema: { properties: { [evil]: { enum: [evil], description: evil } } } } } },
  };
  const page = docsPage(
    { info: { title: evil, version: evil, description: evil }, paths: { [`/${evil}`]: { post: call } } },
    { [evil]: { status: 400, title: evil, remedy: evil } },
  );
  assert.ok(!page.includes('<script'));
  assert.ok(!/id="[^"]*[<>&'][^"]*"/.test(page));
});

test('limits are told in words', () => {
  const page = pageOf({
    type: 'object',
    properties: {
      short: { type: 'string', maxLength: 5 },
      long: { type: 'string', minLength: 8, maxLength: 256 },
      many: { type: 'integer', minimum: 1 },
    },
    required: ['short', 'long', 'many'],
  });
  for (const said of ['string, up to 5 characters', 'string, 8 to 256 characters', 'integer, 1 or more']) {
    assert.ok(page.includes(said), said);
  }
});
