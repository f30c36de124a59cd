import assert from 'node:assert/strict';
import { test } from 'node:test';
import { alertsOfSaid, notes, said, START, times } from '../test-flows.ts';

const refusals = (count: number, told: object = {}) =>
  times(count, (index) => said('mysql', { port: 3306, user: 'root', success: false, ts: START + index, ...told }));

test('twenty refused logins are guessing, told with the names that were tried', () => {
  const [alert, ...rest] = alertsOfSaid(refusals(25));
  assert.deepEqual(rest, []);
  assert.deepEqual([alert?.note, alert?.severity, alert?.p], ['Login::Guessing', 'high', 3306]);
  assert.equal(alert?.msg, '203.0.113.7 tried 25 logins at mysql on 10.0.0.5 as root that were refused');
  assert.equal(alert.arithmetic.explained[0], '25 refused logins as root within 24 s; 20 within 1800 s are guessing');
});

test('a login that is taken after it is critical, and is told once', () => {
  const taken = said('mysql', { port: 3306, user: 'root', success: true, ts: START + 60 });
  const later = times(50, () => said('mysql', { port: 3306, user: 'root', success: true, ts: START + 90 }));
  const alerts = alertsOfSaid([...refusals(7), taken, ...later]);
  assert.deepEqual(notes(alerts), ['Login::Success_After_Guessing']);
  assert.deepEqual([alerts[0]?.severity, alerts[0]?.n, alerts[0]?.arithmetic.count], ['critical', 1, 7]);
  assert.match(alerts[0]?.msg ?? '', /was let in at mysql on 10\.0\.0\.5 as root after 7 logins that were refused/);
});

test('of several connections at once, the one that was let in may be told before the refusals of the others', () => {
  const attempt = (at: number, told: object) => said('ssh', { ts: START + at, auth_attempts: 6, ...told });
  const taken = attempt(9, { success: true, auth_attempts: 1 });
  const alerts = alertsOfSaid([taken, ...times(4, (index) => attempt(index, { success: false }))]);
  assert.deepEqual(notes(alerts), ['Login::Guessing', 'Login::Success_After_Guessing']);
  // All of them count, however late they were told.
  for (const { arithmetic, n } of alerts) assert.deepEqual([arithmetic.count, n], [24, 1]);
  // What began after it says nothing about it.
  assert.deepEqual(notes(alertsOfSaid([taken, attempt(10, { success: false }), attempt(11, { success: false })])), []);
  const longAgo = times(4, () => attempt(-3600, { success: false }));
  assert.deepEqual(notes(alertsOfSaid([taken, ...longAgo])), ['Login::Guessing']);
});

test('who mistypes a password, and whose programs log in all day, raise nothing', () => {
  const mistyped = [...refusals(3), said('mysql', { port: 3306, user: 'root', success: true })];
  assert.deepEqual(alertsOfSaid(mistyped), []);
  assert.deepEqual(alertsOfSaid(times(500, () => said('pgsql', { port: 5432, user: 'app', success: true }))), []);
  assert.deepEqual(alertsOfSaid(refusals(60).map((each, index) => ({ ...each, ts: START + index * 600 }))), []);
  assert.deepEqual(alertsOfSaid(times(60, () => said('ssh', { auth_attempts: 1 }))), []);
});

test('several attempts within one connection of SSH count each', () => {
  const connections = times(4, () => said('ssh', { success: false, auth_success: false, auth_attempts: 6 }));
  assert.equal(alertsOfSaid(connections)[0]?.arithmetic.count, 24);
});

test('a few guesses at each of many servers, and of many sources at one, are guessing too', () => {
  const hosts = times(12, (host) => refusals(2, { to: `10.0.1.${host}` })).flat();
  assert.deepEqual(notes(alertsOfSaid(hosts)), ['Login::Spraying']);
  const sources = times(12, (host) => refusals(2, { from: `198.51.100.${host}` })).flat();
  assert.deepEqual(notes(alertsOfSaid(sources)), ['Login::Distributed_Guessing']);
});

test('a readable password is told with the account, and what somebody typed as a name shows no signs that could harm', () => {
  const [alert] = alertsOfSaid([
    said('ftp', { port: 21, user: 'anna', success: true, cleartext: true }),
    said('ftp', { port: 21, user: '<b>\u001b[31m', success: false, cleartext: true }),
  ]);
  assert.deepEqual([alert?.note, alert?.severity, alert?.n], ['Login::Cleartext', 'high', 2]);
  assert.equal(alert?.msg, 'Passwords crossed the wire readable, in ftp to 10.0.0.5 as anna, ?b???31m');
  const inside = said('ftp', { from: '10.0.0.9', port: 21, user: 'anna', cleartext: true });
  assert.equal(alertsOfSaid([inside])[0]?.severity, 'medium');
  assert.deepEqual(alertsOfSaid([said('ftp', { port: 21, user: 'anna', tls: true })]), []);
});
