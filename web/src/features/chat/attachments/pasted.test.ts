import assert from 'node:assert/strict';
import { test } from 'node:test';
import { filesPasted } from './pasted.ts';

test('pasted text is text, though a picture of it comes along; pictures and files are files', () => {
  const files = [new File(['x'], 'image.png')] as unknown as FileList;
  assert.equal(filesPasted({ types: ['text/plain', 'text/html', 'text/rtf', 'Files'], files }).length, 0);
  assert.equal(filesPasted({ types: ['text/html', 'Files'], files }).length, 1);
  assert.equal(filesPasted({ types: ['text/plain', 'Files'], files }).length, 1);
  assert.equal(filesPasted({ types: ['Files'], files }).length, 1);
});
