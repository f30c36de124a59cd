import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { hasCode } from '../base/errors.ts';
import { armor, dearmor, dearmorIfArmored, looksArmored } from './armor.ts';
import { always, collect, inPieces, randomSizes, released } from './testing/pieces.ts';

const material = randomBytes(200_000);

test('bytes survive the way through armor, however both streams are cut', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 0, max: 1000 }), fc.nat(), fc.nat(), async (bytes, seedIn, seedOut) => {
      const binary = material.subarray(0, bytes);
      const text = await collect(armor(inPieces(binary, randomSizes(seedIn, 100))));
      assert.match(
        text.toString(),
        /^-----BEGIN AGE ENCRYPTED FILE-----\n([A-Za-z0-9+/=]{1,64}\n)*-----END [A-Z ]+-----\n$/,
      );
      assert.ok((await collect(dearmor(inPieces(text, randomSizes(seedOut, 50))))).equals(binary));
    }),
  );
  const text = await collect(armor(inPieces(material, always(65_536))));
  assert.ok((await collect(dearmor(inPieces(text, always(65_536))))).equals(material));
});

test('CRLF and blank space around are accepted', async () => {
  const text = (await collect(armor(inPieces(material.subarray(0, 500), [])))).toString();
  for (const variant of [text.replaceAll('\n', '\r\n'), `\n \t\n${text}\n  \n`, text.trimEnd()]) {
    for (const size of [1, 1000]) {
      const binary = await collect(dearmor(inPieces(Buffer.from(variant), always(size))));
      assert.ok(binary.equals(material.subarray(0, 500)));
    }
  }
});

test('damaged armor is an error', async () => {
  const text = (await collect(armor(inPieces(material.subarray(0, 500), [])))).toString();
  const lines = text.split('\n');
  const bad = [
    '',
    'hello\n',
    text.replace('BEGIN', 'BEGAN'),
    text.replace('-----END', '----END'),
    text.slice(0, 300),
    text.slice(0, text.indexOf('-----END')),
    `${text}more`,
    `more${text}`,
    `${text}${text}`,
    text.replace(lines[3] ?? '', (lines[3] ?? '').slice(1)),
    text.replace(lines[3] ?? '', `${lines[3]}A`),
    text.replace(lines[3] ?? '', ` ${(lines[3] ?? '').slice(1)}`),
    text.replace(lines[3] ?? '', `_${(lines[3] ?? '').slice(1)}`),
    text.replace(`${lines[3]}\n`, `${lines[3]}\n\n`),
    text.replace(/=\n-----END/, '\n-----END'),
    `${'\n'.repeat(2000)}${text}`,
    `${text}${' '.repeat(2000)}`,
    `-----BEGIN AGE ENCRYPTED FILE-----\n${'A'.repeat(5_000_000)}`,
  ];
  for (const [index, variant] of bad.entries()) {
    for (const size of [variant.length + 1, 61]) {
      const { error } = await released(dearmor(inPieces(Buffer.from(variant), always(size))));
      assert.ok(hasCode(error, 'age_armor_invalid'), `variant ${index}: ${String(error)}`);
    }
  }
});

test('armor is told from the first bytes', async () => {
  assert.equal(looksArmored(Buffer.from('-----BEGIN AGE ENCRYPTED FILE-----\nAAAA')), true);
  assert.equal(looksArmored(Buffer.from('\r\n  -----BEGIN AGE ENCRYPTED FILE-----')), true);
  assert.equal(looksArmored(Buffer.from('-----BEGIN AGE')), null);
  assert.equal(looksArmored(Buffer.from('\n')), null);
  assert.equal(looksArmored(Buffer.alloc(2000, ' ')), false);
  assert.equal(looksArmored(Buffer.from('-----BEGIN PGP')), false);
  assert.equal(looksArmored(Buffer.from('age-encryption.org/v1\n')), false);

  const text = await collect(armor(inPieces(material, always(5000))));
  for (const size of [1000, 3]) {
    assert.ok((await collect(dearmorIfArmored(inPieces(text, always(size))))).equals(material));
    assert.ok((await collect(dearmorIfArmored(inPieces(material, always(size))))).equals(material));
  }
  for (const short of ['', '\n', '-----BEGIN']) {
    assert.equal((await collect(dearmorIfArmored(inPieces(Buffer.from(short), [])))).toString(), short);
  }
});
