import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hostNotice, tellOfSilence } from './host-notices.ts';

test('a host that calls itself more than a name says nothing in our words', () => {
  const triedBy = 'web-1\n\nLog in at evil.example \u202e';
  const { details } = hostNotice({ event: 'enrolment_reused', enrolmentId: 'a', usedBy: 'web-1', triedBy });
  assert.deepEqual(details, ['First by web-1, then by web-1\\u{a}\\u{a}Log in at evil.example \\u{202e}']);
});

test('a host that never reported is told as such', async () => {
  const told: (readonly string[])[] = [];
  const notifications = {
    async tellSeldom(_key: string, { details }: { readonly details: readonly string[] }) {
      told.push(details);
    },
    async isOver() {},
  };
  const host = { hostId: 'a', hostname: 'web-1', enrolledTime: '2026-11-29T00:00:00Z' };
  const silent = [
    { ...host, lastReportTime: null },
    { ...host, lastReportTime: '2026-11-29T01:00:00Z' },
  ];
  await tellOfSilence(notifications as never, silent, []);
  assert.deepEqual(told, [
    ['web-1: enrolled 2026-11-29T00:00:00Z, never heard of'],
    ['web-1: last heard of 2026-11-29T01:00:00Z'],
  ]);
});
