import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hasCode } from '../base/errors.ts';
import { newId } from '../base/ids.ts';
import { mailboxesOf } from './records.ts';
import { confirmed, HOUR, login, mailChannel, MINUTE, quota, who } from './test-letters.ts';
import type { ChannelChange } from './setup/change.ts';
import { testNotifications } from './test-notifications.ts';

test('an address gets nothing but one letter that asks, until its owner opens the link; and the link is good once', async () => {
  const setup = testNotifications();
  await using notifications = setup.notifications;
  const channelId = await mailChannel(setup);
  await notifications.setAddress(who(setup.ada), channelId, 'ada@example.org');
  await setup.happen(login(setup.ada));
  for (let n = 0; n < 5; n++) {
    await notifications.make();
    await notifications.send();
    setup.advance(HOUR);
  }
  assert.deepEqual(
    setup.mail.delivered.map(({ letter, destination }) => [letter.kind, destination]),
    [['address_confirm', 'ada@example.org']],
  );
  const token = setup.mail.delivered[0]?.letter.link?.split('#')[1] ?? '';
  assert.equal(setup.mail.delivered[0]?.letter.link, `https://files.example.org/notices/confirm#${token}`);
  await assert.rejects(notifications.confirmAddress('x'), (error) => hasCode(error, 'notice_token_invalid'));
  await notifications.confirmAddress(token);
  await assert.rejects(notifications.confirmAddress(token), (error) => hasCode(error, 'notice_token_invalid'));
  await setup.happen(login(setup.ada));
  await notifications.make();
  await notifications.send();
  assert.deepEqual(setup.mail.delivered.map(({ letter }) => letter.kind).slice(1), ['login_new']);
  const places = ['notice-confirmations', 'notice-asked', `notice-preferences#${setup.ada.accountId}`];
  const kept = await Promise.all(places.map((pk) => setup.records.query(pk)));
  assert.doesNotMatch(JSON.stringify(kept), /example\.org/);
  assert.ok(!JSON.stringify(kept).includes(token));
});

test('a link is over after a day, and when another address was named since', async () => {
  const setup = testNotifications();
  await using notifications = setup.notifications;
  const channelId = await mailChannel(setup);
  const ask = async (address: string): Promise<string> => {
    await notifications.setAddress(who(setup.ada), channelId, address);
    setup.advance(MINUTE);
    await notifications.send();
    return setup.mail.delivered.at(-1)?.letter.link?.split('#')[1] ?? '';
  };
  const first = await ask('first@example.org');
  const second = await ask('second@example.org');
  await assert.rejects(notifications.confirmAddress(first), (error) => hasCode(error, 'notice_token_invalid'));
  setup.advance(25 * HOUR);
  await assert.rejects(notifications.confirmAddress(second), (error) => hasCode(error, 'notice_token_invalid'));
  assert.deepEqual((await notifications.preferences(setup.ada.accountId)).addresses[0]?.confirmedMs, null);
});

test('nobody is flooded by others who name their address, and what can never be one is refused', async () => {
  const setup = testNotifications();
  await using notifications = setup.notifications;
  const channelId = await mailChannel(setup);
  await notifications.setAddress(who(setup.ada), channelId, 'victim@example.org');
  for (const person of [setup.ada, setup.grace]) {
    await assert.rejects(notifications.setAddress(who(person), channelId, ' Victim@example.org'), (error) =>
      hasCode(error, 'notice_address_asked'),
    );
  }
  await assert.rejects(notifications.setAddress(who(setup.ada), channelId, 'nowhere'), (error) =>
    hasCode(error, 'channel_destination_invalid'),
  );
  for (let n = 0; n < 3; n++) {
    await notifications.send();
    setup.advance(MINUTE);
  }
  assert.equal(setup.mail.delivered.length, 1);
  setup.advance(HOUR);
  await notifications.removeAddress(who(setup.ada), channelId);
  await notifications.setAddress(who(setup.ada), channelId, 'victim@example.org');
  await notifications.removeAddress(who(setup.ada), channelId);
  await notifications.send();
  assert.equal(setup.mail.delivered.length, 1, 'what was taken back is not sent any more');
});

test('rules choose by kind and channel, the most exact one counts, and security stays in the feed', async () => {
  const setup = testNotifications();
  await using notifications = setup.notifications;
  const channelId = await mailChannel(setup);
  await confirmed(setup, setup.ada, channelId);
  const ada = who(setup.ada);
  await notifications.setRule(ada, { kind: '*', channel: '*', timing: 'off' });
  await notifications.setRule(ada, { kind: 'quota_near', channel: channelId, timing: 'immediate' });
  await notifications.setRule(ada, { kind: '*', channel: 'feed', timing: 'off' });
  await setup.happen(login(setup.ada));
  await setup.happen(quota(setup.ada));
  await notifications.make();
  await notifications.send();
  assert.deepEqual(
    setup.mail.delivered.map(({ letter }) => letter.kind),
    ['quota_near'],
  );
  assert.deepEqual(
    (await notifications.list(setup.ada, { limit: 10 })).notices.map(({ kind }) => kind),
    ['login_new'],
  );
  const refused = async (kind: string, channel: string, timing: 'off' | 'daily', code: string): Promise<void> =>
    assert.rejects(notifications.setRule(ada, { kind, channel, timing }), (error) => hasCode(error, code));
  await refused('login_new', 'feed', 'off', 'notice_rule_security');
  await refused('nothing', '*', 'off', 'notice_rule_invalid');
  await refused('*', 'feed', 'daily', 'notice_rule_invalid');
  await refused('*', 'no-such-channel', 'daily', 'notice_rule_invalid');
  assert.equal((await notifications.setRule(ada, { kind: '*', channel: 'feed', timing: null })).rules.length, 2);
  assert.ok(setup.audited.some(({ act, facts }) => act === 'notice_rule.changed' && facts?.['kind'] === 'quota_near'));
});

test('digests leave at their hour as one letter, and nothing but a critical security notice in quiet hours', async () => {
  const setup = testNotifications();
  await using notifications = setup.notifications;
  const channelId = await mailChannel(setup);
  await confirmed(setup, setup.ada, channelId);
  const ada = who(setup.ada);
  const quiet = { from: '22:00', to: '07:00' };
  await notifications.setHours(ada, { timeZone: 'Europe/Berlin', quiet, digestAt: '08:30' });
  await notifications.setRule(ada, { kind: 'quota_near', channel: '*', timing: 'daily' });
  await notifications.setRule(ada, { kind: 'login_new', channel: '*', timing: 'hourly' });
  const until = async (hour: string): Promise<void> => {
    for (const end = Date.parse(hour); setup.now() < end;) {
      setup.advance(5 * MINUTE);
      await notifications.send();
    }
  };
  // 12:01 UTC is 13:01 in Berlin.
  await setup.happen(quota(setup.ada));
  await setup.happen(login(setup.ada));
  await notifications.make();
  await until('2026-11-28T21:30:00Z');
  await setup.happen(login(setup.ada));
  await setup.happen({ ...login(setup.ada), subject: 'other', severity: 'critical' });
  await notifications.setRule(ada, { kind: 'login_new', channel: channelId, timing: 'immediate' });
  await setup.happen({ ...login(setup.ada), subject: 'another' });
  await notifications.make();
  await until('2026-11-29T12:00:00Z');
  assert.deepEqual(
    setup.mail.delivered.map(({ atMs, letter }) => [
      new Date(atMs).toISOString().slice(0, 15),
      letter.kind,
      letter.count,
    ]),
    [
      ['2026-11-28T13:0', 'login_new', 1],
      ['2026-11-28T21:3', 'login_new', 1],
      ['2026-11-29T06:0', 'digest', 2],
      ['2026-11-29T07:3', 'quota_near', 1],
    ],
  );
  for (const hours of [
    { timeZone: 'Mars/Olympus', quiet, digestAt: '08:30' },
    { timeZone: 'UTC', quiet, digestAt: '24:00' },
    { timeZone: 'UTC', quiet: { from: '07:00', to: '07:00' }, digestAt: '08:00' },
  ]) {
    await assert.rejects(notifications.setHours(ada, hours), (error) => hasCode(error, 'notice_hours_invalid'));
  }
});

test('secrets of a channel lie sealed, are never shown, and go with it', async () => {
  const setup = testNotifications();
  await using notifications = setup.notifications;
  const channelId = await mailChannel(setup);
  const [status] = await notifications.channels.list();
  assert.deepEqual(status?.shown, { host: 'mail.example.org' });
  assert.doesNotMatch(JSON.stringify(await setup.records.query('notice-channels')), /"hush\\?"|example\.org/);
  await confirmed(setup, setup.ada, channelId);
  await setup.happen(login(setup.ada));
  await notifications.make();
  await notifications.channels.remove(who(setup.ada), channelId);
  await notifications.send();
  assert.deepEqual(setup.mail.delivered, []);
  assert.deepEqual(await notifications.channels.list(), []);
  await assert.rejects(notifications.channels.remove(who(setup.ada), channelId), (error) =>
    hasCode(error, 'channel_not_found'),
  );
  assert.deepEqual(
    setup.audited.map(({ act }) => act).filter((act) => act.startsWith('channel.')),
    ['channel.added', 'channel.removed'],
  );
});

test('a changed channel keeps its secrets for the place that they were given for, and for no other', async () => {
  const setup = testNotifications();
  await using notifications = setup.notifications;
  const channelId = await mailChannel(setup);
  const admin = who(setup.ada);
  const change = (wanted: ChannelChange) => notifications.channels.change(admin, channelId, 'mail', wanted);
  const host = 'mail.example.org';
  const renamed = await change({ name: 'Post', config: { host, from: 'a@example.org' } });
  assert.deepEqual([renamed.name, renamed.shown], ['Post', { host, from: 'a@example.org' }]);
  assert.deepEqual(renamed.content.config['password'], 'hush');

  const elsewhere = { host: 'mail.evil.example' };
  await assert.rejects(change({ config: elsewhere }), (error) => hasCode(error, 'channel_secret_needed'));
  await assert.rejects(change({ config: {} }), (error) => hasCode(error, 'channel_secret_needed'));
  const moved = await change({ config: { ...elsewhere, password: 'another' } });
  assert.deepEqual(moved.content.config, { ...elsewhere, password: 'another' });
  const dropped = await change({ config: { host, password: null } });
  assert.deepEqual(dropped.content.config, { host });
  for (const [wanted, code] of [
    [notifications.channels.change(admin, channelId, 'siem', {}), 'channel_not_found'],
    [notifications.channels.change(admin, newId(), 'mail', {}), 'channel_not_found'],
    [change({ kinds: ['nonsense'] }), 'notice_rule_invalid'],
  ] as const) {
    await assert.rejects(wanted, (error) => hasCode(error, code));
  }
  const [kept] = await notifications.channels.list();
  assert.deepEqual(kept?.content.config, { host }, 'what was refused changed nothing');
});

test('another server sends by a channel as it is after a change', async () => {
  const setup = testNotifications();
  await using notifications = setup.notifications;
  const used: unknown[] = [];
  const { opener } = setup.mail;
  const watched = {
    ...opener,
    open(config: unknown) {
      used.push(config);
      return opener.open(config);
    },
  };
  const channelId = await mailChannel(setup);
  await confirmed(setup, setup.ada, channelId);
  await using other = setup.another({ channelKinds: { mail: watched } });
  for (const host of ['first.example', 'second.example']) {
    await notifications.channels.change(who(setup.ada), channelId, 'mail', { config: { host, password: 'new' } });
    await setup.happen(login(setup.ada));
    await other.make();
    await other.send();
    setup.advance(MINUTE);
  }
  assert.deepEqual(used, [
    { host: 'first.example', password: 'new' },
    { host: 'second.example', password: 'new' },
  ]);
});

test('a test of a channel reaches it, sends to the own address alone, and counts as a letter', async () => {
  const setup = testNotifications();
  await using notifications = setup.notifications;
  const channelId = await mailChannel(setup);
  const { signal } = new AbortController();
  assert.deepEqual(await notifications.channels.test(who(setup.ada), channelId, signal), { sent: false });
  const destination = await confirmed(setup, setup.ada, channelId);
  assert.deepEqual(await notifications.channels.test(who(setup.ada), channelId, signal), { sent: true });
  assert.deepEqual(
    setup.mail.delivered.map((each) => [each.destination, each.letter.kind]),
    [[destination, 'channel_test']],
  );
  await assert.rejects(notifications.channels.test(who(setup.ada), channelId, signal), (error) =>
    hasCode(error, 'notice_too_soon'),
  );
});

test('of an account that is destroyed nothing is left', async () => {
  const setup = testNotifications();
  await using notifications = setup.notifications;
  const { accountId } = setup.ada;
  await confirmed(setup, setup.ada, await mailChannel(setup));
  for (let n = 0; n < 150; n++) await setup.happen({ ...login(setup.ada), subject: String(n) });
  await notifications.make();
  await notifications.forget(accountId);
  const pks = [`notices#${accountId}`, `notices-unread#${accountId}`, mailboxesOf(accountId), 'notices-due'];
  for (const pk of [...pks, `notice-preferences#${accountId}`, `notices-folds#${accountId}`]) {
    assert.deepEqual((await setup.records.query(pk)).items, [], pk);
  }
});
