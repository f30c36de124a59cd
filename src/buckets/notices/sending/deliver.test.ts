import assert from 'node:assert/strict';
import { test } from 'node:test';
import { settingsOf } from '../../../base/settings.ts';
import { memoryRecordStore } from '../../../storage/index.ts';
import { bucketsSettings } from '../../settings.ts';
import { deliverLetter, type OwnerMail } from './deliver.ts';
import { EMPTY, withChange } from '../events/digest.ts';
import { objectEvent } from '../test-notices.ts';
import type { WorkspaceNotice } from './workspace-notice.ts';
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

test('nothing is mailed for an owner who is not reached; the workspace is told, and the account gets it with its own', async () => {
  const settings = settingsOf(bucketsSettings);
  const clock = Date.now;
  await using records = memoryRecordStore({ clock });
  const mails: [to: string, mail: OwnerMail][] = [];
  const relayed: WorkspaceNotice[] = [];
  const mailer = {
    reaches: async () => false,
    publish: async (to: string, mail: OwnerMail) => void mails.push([to, mail]),
    async [Symbol.asyncDispose]() {},
  };
  const owners = readOwners('', 'sec@example.org');
  const relay = async (notice: WorkspaceNotice): Promise<void> => void relayed.push(notice);
  const deps = { stack: 'guard', owners, mailer, records, settings, clock, relay };
  const digest = withChange(EMPTY, 'deleted', objectEvent({ type: 'Object Deleted' }));
  const letter: NoticeLetter = { id: '1', owner: 'ada@example.org', digest, bursts: [], atMs: clock() };
  assert.equal(await deliverLetter(letter, deps), 'unreached');
  assert.equal(mails.length, 0);
  const unreached = { owners: ['ada@example.org', 'bob@example.org'], hasMore: false, digest };
  const instead: NoticeLetter = { id: '2', owner: 'account', digest: EMPTY, bursts: [], atMs: clock(), unreached };
  assert.equal(await deliverLetter(instead, deps), 'told');
  const [[to, mail] = []] = mails;
  assert.equal(to, 'account');
  assert.equal(mail?.subject, 'plans: 1 deleted');
  assert.match(
    mail?.text ?? '',
    /^For ada@example\.org, bob@example\.org, who have not confirmed the mail .*:\n\nplans: 1 deleted/,
  );
  assert.deepEqual(
    relayed.map(({ id }) => id),
    ['1'],
    'once, and not again with the mail to the account',
  );
  const own = withChange(EMPTY, 'created', objectEvent({ bucket: 'photos' }));
  await deliverLetter({ ...instead, digest: own, unreached: { ...unreached, owners: ['ada@example.org'] } }, deps);
  assert.match(mails.at(-1)?.[1].text ?? '', /^photos: 1 created.*\n\nFor ada@example\.org, who has not .*:\n\nplans/s);
});
