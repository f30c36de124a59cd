import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hostNotice } from './host-notices.ts';

test('a host that calls itself more than a name says nothing in our words', () => {
  const triedBy = 'web-1\n\nLog in at evil.example \u202e';
  const { details } = hostNotice({ event: 'enrolment_reused', enrolmentId: 'a', usedBy: 'web-1', triedBy });
  assert.deepEqual(details, ['First by web-1, then by web-1\\u{a}\\u{a}Log in at evil.example \\u{202e}']);
});
