import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pictureSize } from './picture-size.ts';
import { type ShownType, shownTypeOf } from './shown-type.ts';

const hex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text.replaceAll(' ', ''), 'hex'));
const text = (words: string): Uint8Array => Uint8Array.from(Buffer.from(words, 'latin1'));

/** Heads of pictures, 300 by 200 each. */
const heads: readonly (readonly [ShownType, Uint8Array])[] = [
  ['image/png', hex('89504e470d0a1a0a 0000000d 49484452 0000012c 000000c8 08 02 000000')],
  ['image/gif', hex('474946383961 2c01 c800 f70000')],
  // An EXIF segment, a table that only looks like a frame, then the frame.
  ['image/jpeg', hex('ffd8 ffe1 0006 45786966 ffc4 0004 0000 ffc2 0011 08 00c8 012c 03')],
  ['image/webp', hex('52494646 00000000 57454250 56503820 00000000 300100 9d012a 2c01 c800')],
  ['image/webp', hex('52494646 00000000 57454250 5650384c 00000000 2f 2bc13100 00')],
  ['image/webp', hex('52494646 00000000 57454250 56503858 0a000000 10000000 2b0100 c70000')],
];

test('pictures are known by their bytes, and how large they are without unpacking them', () => {
  for (const [type, bytes] of heads) {
    assert.equal(shownTypeOf(bytes), type);
    assert.deepEqual(
      pictureSize(bytes, type),
      { width: 300, height: 200 },
      `${type} ${Buffer.from(bytes).toString('hex')}`,
    );
  }
  assert.equal(shownTypeOf(text('%PDF-1.7\n')), 'application/pdf');
});

test('a page, a drawing, a script, and what is nearly a picture are nothing that is shown', () => {
  for (const words of [
    '<svg xmlns="http://www.w3.org/2000/svg">',
    '<!doctype html>',
    ' %PDF-1.7',
    'GIF88a',
    'RIFF....WAVE',
    '',
    '\x89PNG',
  ]) {
    assert.equal(shownTypeOf(text(words)), null, words);
  }
});

test('a head that is cut off or lies has no size, and nothing is read beyond it', () => {
  for (const [type, bytes] of heads) {
    for (let length = 0; length < bytes.length; length += 1) {
      const size = pictureSize(bytes.subarray(0, length), type);
      if (size !== null) assert.deepEqual(size, { width: 300, height: 200 });
    }
  }
  // A segment of no length would be read for ever.
  assert.equal(pictureSize(hex('ffd8 ffe1 0000 0000 0000'), 'image/jpeg'), null);
  assert.equal(pictureSize(hex(`ffd8 ${'ff'.repeat(40)}`), 'image/jpeg'), null);
});
