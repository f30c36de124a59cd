import assert from 'node:assert/strict';
import { test } from 'node:test';
import { kindWords } from './kind-words.ts';

const office = 'application/vnd.openxmlformats-officedocument';

test('files are called what people call them', () => {
  assert.equal(kindWords(`${office}.wordprocessingml.document`), 'Word document');
  assert.equal(kindWords(`${office}.spreadsheetml.sheet`), 'Excel workbook');
  assert.equal(kindWords(`${office}.presentationml.presentation`), 'PowerPoint presentation');
  assert.equal(kindWords('text/plain; charset=utf-8'), 'Plain text');
  assert.equal(kindWords('image/webp'), 'Picture (WEBP)');
  assert.equal(kindWords('video/x-matroska'), 'Film (matroska)');
});

test('a kind that nobody has a word for is shown as it is', () => {
  assert.equal(kindWords('application/x-odd'), 'application/x-odd');
  assert.equal(kindWords('nonsense'), 'nonsense');
});
