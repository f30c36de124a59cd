import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nameFromDisposition } from '../../../../../src/files/http/request-headers.ts';
import { headersFor } from './send-file.ts';

for (const name of ['plan.pdf', 'Übersicht (2).txt', "it's*50%!.md", 'تقرير.pdf', 'a"b;c\\d', '日本語 🗂️']) {
  test(`the server reads the name that was sent: ${name}`, () => {
    const headers = headersFor({ name, type: '', lastModified: 0 }, 'k');
    assert.match(headers['content-disposition'] ?? '', /^[\x20-\x7e]+$/);
    assert.equal(nameFromDisposition(headers['content-disposition']), name);
  });
}

test('the file keeps its own time and type', () => {
  const headers = headersFor({ name: 'a', type: 'text/plain', lastModified: 1_700_000_000_000 }, 'k');
  assert.equal(headers['holdfast-modified-time'], '2023-11-14T22:13:20.000Z');
  assert.equal(headers['holdfast-media-type'], 'text/plain');
});
