import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkedDevice, checkedEmail, checkedName } from './person-fields.ts';
import { emailKey } from '../records.ts';

test('an address is trimmed and otherwise kept as typed', () => {
  assert.equal(checkedEmail('  Ada.Lovelace+x@Example.ORG '), 'Ada.Lovelace+x@Example.ORG');
  assert.equal(checkedEmail('jose\u0301@example.org'), 'jos\u00e9@example.org');
  assert.equal(checkedEmail('用户@例子.广告'), '用户@例子.广告');
});

for (const email of [
  '',
  'ada',
  '@',
  '@example.org',
  'ada@',
  'a@b@c',
  'ada lovelace@example.org',
  'ada@exam\u0000ple.org',
  'ada@example.org\r\nBcc: all',
  `${'a'.repeat(250)}@x.org`,
  `${'é'.repeat(125)}@x.org`,
  '\ud800@x.org',
]) {
  test(`${JSON.stringify(email.slice(0, 40))} is no address`, () => {
    assert.throws(() => checkedEmail(email), { code: 'email_invalid', status: 422 });
  });
}

test('addresses that differ in case, space or composition are one address', () => {
  assert.equal(emailKey('ADA@Example.org'), emailKey(' ada@example.ORG\t'));
  assert.equal(emailKey('jose\u0301@example.org'), emailKey('JOS\u00c9@example.org'));
  assert.notEqual(emailKey('ada@example.org'), emailKey('ada@example.com'));
});

test('a name may be anything that can be shown, markup and emoji included', () => {
  for (const name of ['Ada', '李小龍', '<script>alert(1)</script>', '👩‍👩‍👧‍👦', "O'Brien", 'א'.repeat(100)]) {
    assert.equal(checkedName(name), name);
  }
  assert.equal(checkedName('  Ada  '), 'Ada');
});

for (const name of ['', '   ', 'a\nb', 'a\u0000b', '\u001b[31mred', 'x'.repeat(101), 'a\u2028b', '\udc00']) {
  test(`${JSON.stringify(name.slice(0, 20))} is no name`, () => {
    assert.throws(() => checkedName(name), { code: 'account_name_invalid', status: 422 });
  });
}

test('a device without a label has one all the same, and a label cannot disturb a terminal', () => {
  assert.equal(checkedDevice(undefined), 'Unnamed device');
  assert.equal(checkedDevice(' laptop '), 'laptop');
  assert.throws(() => checkedDevice('x'.repeat(101)), { code: 'device_invalid' });
  assert.throws(() => checkedDevice('\u001b]0;x\u0007'), { code: 'device_invalid' });
});
