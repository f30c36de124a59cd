import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { settingsOf } from '../../base/settings.ts';
import { openKdf } from './kdf.ts';
import { checkedNewPassword, hasPasswordLength, passwordFeedback } from './password-rules.ts';
import { accountsSettings } from '../settings.ts';

const settings = settingsOf(accountsSettings);
const deps = { settings, kdf: openKdf(settings) };
after(() => deps.kdf[Symbol.asyncDispose]());

test('a password has 8 to 256 characters, counted as people count them', () => {
  assert.equal(hasPasswordLength('1234567'), false);
  assert.equal(hasPasswordLength('12345678'), true);
  assert.equal(hasPasswordLength('🔑'.repeat(7)), false);
  assert.equal(hasPasswordLength('🔑'.repeat(256)), true);
  assert.equal(hasPasswordLength('x'.repeat(257)), false);
  assert.equal(hasPasswordLength('\ud800'.repeat(12)), false);
  // Four letters with a combining mark each are four characters, however they were typed.
  assert.equal(hasPasswordLength('e\u0301'.repeat(4)), false);
});

for (const password of ['password', 'password123', 'qwertyuiop', '12345678', 'iloveyou', 'aaaaaaaaaaaa', 'P@ssw0rd1']) {
  test(`the common password ${password} is refused with a reason`, async () => {
    await assert.rejects(checkedNewPassword(password, [], deps), { code: 'password_too_easy', status: 422 });
  });
}

for (const password of [
  'correct horse battery staple',
  'plover-quartz-lantern-41',
  '密码学很有意思而且非常有用',
  '🐙🦑🐡🐠 unter Wasser',
]) {
  test(`the password ${password} is taken`, () => checkedNewPassword(password, [], deps));
}

test('what others know about the person is no password', async () => {
  const hints = ['Grace Brewster Hopper', 'grace.hopper@navy.example'];
  await assert.rejects(checkedNewPassword('gracehopper', hints, deps), { code: 'password_too_easy' });
  await assert.rejects(checkedNewPassword('holdfast', [], deps), { code: 'password_too_easy' });
});

test('feedback says what is wrong and what would be better', async () => {
  const weak = await passwordFeedback('password123', [], deps);
  assert.equal(weak.acceptable, false);
  assert.ok(weak.warning !== null && weak.suggestions.length > 0);
  const short = await passwordFeedback('x', [], deps);
  assert.deepEqual([short.acceptable, short.score], [false, 0]);
  const good = await passwordFeedback('plover-quartz-lantern-41', [], deps);
  assert.deepEqual([good.acceptable, good.score], [true, 4]);
});

test('the error carries the feedback and never the password', async () => {
  await assert.rejects(checkedNewPassword('password123', [], deps), (error: Error & { extra: object }) => {
    assert.ok('score' in error.extra && 'suggestions' in error.extra);
    assert.equal(JSON.stringify(error).includes('password123'), false);
    assert.equal(error.message.includes('password123'), false);
    return true;
  });
});
