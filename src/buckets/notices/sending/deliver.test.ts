import assert from 'node:assert/strict';
import { test } from 'node:test';
import { settingsOf } from '../../../base/settings.ts';
import { memoryRecordStore } from '../../../storage/index.ts';
import { bucketsSettings } from '../../settings.ts';
import { deliverLetter, type OwnerMail } from './deliver.ts';
import { EMPTY } from '../events/digest.ts';
import { readOwners } from './owner.ts';
import type { NoticeLetter } from '../rows.ts';

test('a phone gets an alarm though it had a text message just before, and a second alarm only after a while', async () => {
  const settings = settingsOf(bucketsSettings);
  let nowMs = Date.now();
  const clock = (): number => nowMs;
  await using records = memoryRecordStore({ clock });
  const mails: OwnerMail[] = [];
  const mailer = {
    reaches: async () => true,
    publish: async (_to: string, mail: OwnerMail) => void mails.push(mail),
    async [Symbol.asyncDispose]() {},
  };
  const owners = readOwners('', 'sec@example.org');
  const deps = { stack: 'guard', owners, mailer, records, settings, clock, relay: null };
  const usual: NoticeLetter = { id: '1', owner: 'account', digest: EMPTY, bursts: [], atMs: nowMs };
  const alarm = { ...usual, id: '2', bursts: [{ bucket: 'plans', change: 'deleted', count: 5000 }] as const };
  for (const letter of [usual, usual, alarm, alarm]) await deliverLetter(letter, deps);
  assert.deepEqual(
    mails.map(({ short }) => short?.slice(0, 22)),
    ['Holdfast: 0 changes', undefined, 'Holdfast: ALARM: plans', undefined],
  );
  nowMs += settings.objectNoticesSmsEveryMs;
  await deliverLetter(alarm, deps);
  assert.notEqual(mails.at(-1)?.short, null);
  assert.equal(mails.at(-1)?.phone, null, 'that of the account is subscribed as such');
  const twice = readOwners('team-a=ada@example.org,bucket:plans=ada@example.org;+4915112345678', 'sec@example.org');
  await deliverLetter({ ...alarm, owner: 'ada@example.org' }, { ...deps, owners: twice });
  assert.equal(mails.at(-1)?.phone, '+4915112345678', 'whichever entry of the map has it');
});
