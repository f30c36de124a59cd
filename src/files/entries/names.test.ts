import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { generateIdentity } from '../../age/index.ts';
import { driveKeys, nameHash, openName, sealName } from '../keys/drive-keys.ts';
import { mediaTypeOf } from '../versions/media-type.ts';
import { checkName, comparedName, splitPath } from './names.ts';
import {
  attachment,
  modifiedMsFrom,
  nameFromDisposition,
  rangeOf,
  sha256FromDigest,
  entityTags,
} from '../http/request-headers.ts';
import { code } from '../test-files.ts';

const refused: [string, string][] = [
  ['', 'name_empty'],
  ['.', 'name_invalid'],
  ['..', 'name_invalid'],
  ['a/b', 'name_invalid'],
  ['/', 'name_invalid'],
  ['a\0', 'name_invalid'],
  ['a\nb', 'name_invalid'],
  ['\u001b[31m', 'name_invalid'],
  ['\u007f', 'name_invalid'],
  ['\u0085', 'name_invalid'],
  ['\ud800', 'name_invalid'],
  ['a'.repeat(256), 'name_too_long'],
  ['报'.repeat(86), 'name_too_long'],
];

test('names that no file system takes are refused, each with its reason', () => {
  for (const [name, expected] of refused) assert.throws(() => checkName(name), code(expected), JSON.stringify(name));
});

test('all other names are kept as given', () => {
  const names = [
    '报告.pdf',
    ' a ',
    '...',
    '-rf',
    'con',
    'a\\b',
    'é',
    'e\u0301',
    '\u202Efdp.exe',
    '😀',
    'a'.repeat(255),
    "'; --",
  ];
  for (const name of names) assert.equal(checkName(name), name);
});

const anyName = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }).filter((name) => {
  try {
    return checkName(name) === name;
  } catch {
    return false;
  }
});

test('a sealed name opens only where it was put, and shows its length only in steps', () => {
  const keys = driveKeys('drive', [generateIdentity('classic')]);
  const place = { driveId: 'drive', folderId: 'folder', entryId: 'entry', kind: 'file' as const };
  fc.assert(
    fc.property(anyName, (name) => {
      const sealed = sealName(keys.newest, place, name);
      assert.equal(openName(keys, place, 1, sealed), name);
      assert.equal((Buffer.from(sealed, 'base64url').length - 28) % 32, 0);
      assert.throws(() => openName(keys, { ...place, folderId: 'other' }, 1, sealed), code('drive_damaged'));
      assert.throws(() => openName(keys, { ...place, kind: 'folder' }, 1, sealed), code('drive_damaged'));
    }),
    { numRuns: 50 },
  );
  assert.equal(sealName(keys.newest, place, 'a').length, sealName(keys.newest, place, 'b'.repeat(32)).length);
});

test('name hashes are equal for equal names of one folder and drive only', () => {
  const [one, two] = [driveKeys('d', [generateIdentity('classic')]), driveKeys('d', [generateIdentity('classic')])];
  assert.equal(nameHash(one.newest, 'f', 'é'), nameHash(one.newest, 'f', 'e\u0301'));
  assert.notEqual(nameHash(one.newest, 'f', 'a'), nameHash(one.newest, 'f', 'A'));
  assert.notEqual(nameHash(one.newest, 'f', 'a'), nameHash(one.newest, 'g', 'a'));
  assert.notEqual(nameHash(one.newest, 'f', 'a'), nameHash(two.newest, 'f', 'a'));
  assert.equal(comparedName('é'), comparedName('e\u0301'));
});

test('a path is split into its names', () => {
  assert.deepEqual(splitPath('/', 100), { names: [], intoFolder: true });
  assert.deepEqual(splitPath('/a/b.txt', 100), { names: ['a', 'b.txt'], intoFolder: false });
  assert.deepEqual(splitPath('a/', 100), { names: ['a'], intoFolder: true });
  for (const path of ['', '//', 'a//b', '/a//']) assert.throws(() => splitPath(path, 100), code('path_invalid'), path);
});

test('every name survives the way through Content-Disposition', () => {
  fc.assert(
    fc.property(anyName, (name) => {
      assert.equal(nameFromDisposition(attachment(name)), name);
      assert.match(attachment(name), /^[\x20-\x7e]*$/);
    }),
  );
});

test('Content-Disposition is read as browsers and programs write it', () => {
  const cases: [string, string][] = [
    ['attachment; filename=plain.txt', 'plain.txt'],
    ['attachment; filename="with \\"quotes\\".txt"', 'with "quotes".txt'],
    [`attachment; filename="${Buffer.from('报告.pdf').toString('latin1')}"`, '报告.pdf'],
    ['attachment; filename="caf\xe9.txt"', 'café.txt'],
    ['attachment; filename="a.txt"; filename*=UTF-8\'\'%E6%8A%A5.pdf', '报.pdf'],
    ["attachment; filename*=utf-8'en'x%20y", 'x y'],
    ['attachment; FILENAME = "x; filename=y"', 'x; filename=y'],
  ];
  for (const [header, expected] of cases) assert.equal(nameFromDisposition(header), expected);
  for (const header of [undefined, '', 'attachment', 'inline; name=x']) {
    assert.throws(() => nameFromDisposition(header), code('name_empty'));
  }
  for (const header of [
    "attachment; filename*=UTF-8''%FF",
    "attachment; filename*=latin1''x",
    'attachment; filename*=x',
  ]) {
    assert.throws(() => nameFromDisposition(header), code('name_invalid'));
  }
});

test('ranges are read as RFC 9110 says', () => {
  const cases: [string | undefined, number, ReturnType<typeof rangeOf>][] = [
    [undefined, 10, 'whole'],
    ['bytes=0-', 10, { start: 0, end: 10 }],
    ['bytes=2-4', 10, { start: 2, end: 5 }],
    ['bytes=-3', 10, { start: 7, end: 10 }],
    ['bytes=-30', 10, { start: 0, end: 10 }],
    ['bytes=5-50', 10, { start: 5, end: 10 }],
    ['bytes=10-', 10, 'unsatisfiable'],
    ['bytes=-0', 10, 'unsatisfiable'],
    ['bytes=0-', 0, 'unsatisfiable'],
    ['bytes=-5', 0, 'unsatisfiable'],
    ['bytes=5-2', 10, 'whole'],
    ['bytes=0-1,3-4', 10, 'whole'],
    ['bytes=-', 10, 'whole'],
    ['items=0-1', 10, 'whole'],
    ['bytes=99999999999999999999-', 10, 'whole'],
  ];
  for (const [header, size, expected] of cases) assert.deepEqual(rangeOf(header, size), expected, header);
});

test('times, digests and entity tags are read strictly', () => {
  assert.equal(modifiedMsFrom('2026-03-01T09:30:00+01:00'), Date.UTC(2026, 2, 1, 8, 30));
  for (const bad of ['', 'now', '2026-03-01', '2026-13-01T00:00:00Z', '1', '2026-03-01 09:30:00Z']) {
    assert.throws(() => modifiedMsFrom(bad), code('modified_time_invalid'), bad);
  }
  const base64 = Buffer.alloc(32, 7).toString('base64');
  assert.equal(sha256FromDigest(`sha-512=:AA==:, sha-256=:${base64}:`), '07'.repeat(32));
  assert.equal(sha256FromDigest('sha-512=:AA==:'), undefined);
  for (const bad of ['sha-256=abc', `sha-256=:${base64}`, 'sha-256=::']) {
    assert.throws(() => sha256FromDigest(bad), code('digest_invalid'));
  }
  assert.deepEqual(entityTags('"a", W/"b", "c"'), ['a', 'c']);
  assert.equal(entityTags(' * '), '*');
  assert.deepEqual(entityTags('nonsense'), []);
});

test('the media type is the given one, or told from the name', () => {
  assert.equal(mediaTypeOf('a.PDF'), 'application/pdf');
  assert.equal(mediaTypeOf('a'), 'application/octet-stream');
  assert.equal(mediaTypeOf('a.pdf', 'Text/Plain; charset=utf-8'), 'text/plain');
  for (const bad of ['', 'text', 'text/', 'a/b\r\nSet-Cookie: x', `a/${'b'.repeat(200)}`]) {
    assert.throws(() => mediaTypeOf('a', bad), code('media_type_invalid'));
  }
});
