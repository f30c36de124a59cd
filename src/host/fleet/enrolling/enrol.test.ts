import assert from 'node:assert/strict';
import { test } from 'node:test';
import { keys } from '../../records.ts';
import { ada, HOST, keyOf, OTHER, testFleet } from '../test-fleet.ts';

test('an enrolment lets one host in; the second that comes with it is refused and told of, and the first stays', async () => {
  const { fleet, enrol, told, events } = testFleet();
  const { enrolmentId, body, reply } = await enrol();
  assert.equal((await fleet.authenticateHost(reply.token)).hostId, HOST);
  const thief = { ...body, hostId: OTHER, hostname: 'thief', enrolmentKey: keyOf('t') };
  for (let times = 0; times < 5; times += 1) {
    await assert.rejects(fleet.enrol(enrolmentId, thief), { code: 'enrolment_used' });
  }
  assert.equal((await fleet.authenticateHost(reply.token)).hostId, HOST);
  await assert.rejects(fleet.show(OTHER), { code: 'host_not_found' });
  const reused = told.filter(({ event }) => event === 'enrolment_reused');
  assert.deepEqual(reused[0], { event: 'enrolment_reused', enrolmentId, usedBy: 'web-1', triedBy: 'thief' });
  assert.equal(reused.length, 3, 'and not without end');
  assert.deepEqual(
    [...new Set(events.map(({ act }) => act))],
    ['host_enrolment.made', 'host.enrolled', 'host_enrolment.refused'],
  );
});

test('after a lost answer the same host gets the same token again, until it has reported', async () => {
  const { fleet, enrol, report, advance } = testFleet();
  const { enrolmentId, body, reply } = await enrol();
  advance(60_000);
  assert.equal((await fleet.enrol(enrolmentId, body)).token, reply.token);
  await assert.rejects(fleet.enrol(enrolmentId, { ...body, hostId: OTHER }), { code: 'enrolment_used' });
  await report();
  await assert.rejects(fleet.enrol(enrolmentId, body), { code: 'enrolment_used' });
});

test('two that come at once with one enrolment: one of them gets in', async () => {
  const { fleet } = testFleet();
  const { token } = await fleet.makeEnrolment(ada, {});
  const enrolmentId = await fleet.authenticateEnrolment(token);
  const bodyOf = (hostId: string, key: string) => ({
    ...{ hostId, hostname: 'x', agentVersion: '1', with: ['host' as const], enrolmentKey: keyOf(key) },
  });
  const both = await Promise.allSettled([
    fleet.enrol(enrolmentId, bodyOf(HOST, 'a')),
    fleet.enrol(enrolmentId, bodyOf(OTHER, 'b')),
  ]);
  assert.deepEqual(both.map(({ status }) => status).toSorted(), ['fulfilled', 'rejected']);
});

test('an enrolment ends by itself, can be withdrawn, and gives no more than it was made for', async () => {
  const { fleet, advance } = testFleet();
  const body = { hostId: HOST, hostname: 'x', agentVersion: '1', enrolmentKey: keyOf('k') };
  const [late, taken, narrow, bound] = [
    await fleet.makeEnrolment(ada, {}),
    await fleet.makeEnrolment(ada, {}),
    await fleet.makeEnrolment(ada, { validMs: 7_200_000 }),
    await fleet.makeEnrolment(ada, { validMs: 7_200_000, hostId: OTHER }),
  ];
  await fleet.withdrawEnrolment(ada, taken.enrolment.enrolmentId);
  await assert.rejects(fleet.authenticateEnrolment(taken.token), { code: 'enrolment_invalid' });
  const enrolmentId = await fleet.authenticateEnrolment(narrow.token);
  await assert.rejects(fleet.enrol(enrolmentId, { ...body, with: ['host', 'buckets'] }), { code: 'host_part_refused' });
  await assert.rejects(fleet.enrol(bound.enrolment.enrolmentId, { ...body, with: ['host'] }), {
    code: 'enrolment_other_host',
  });
  advance(3_600_000);
  await assert.rejects(fleet.authenticateEnrolment(late.token), { code: 'enrolment_invalid' });
  await fleet.enrol(enrolmentId, { ...body, with: ['host'] });
  for (const wrong of ['', 'hfe_', narrow.token.slice(0, -1), `${narrow.token}x`, narrow.token.replace('hfe', 'hfh')]) {
    await assert.rejects(fleet.authenticateEnrolment(wrong), { code: 'enrolment_invalid' }, wrong);
  }
  const text = JSON.stringify(await fleet.enrolments());
  for (const { token } of [late, narrow, bound]) assert.ok(!text.includes(token.slice(-43)));
});

test('a host that reports is taken over by nobody: its machine id is no secret', async () => {
  const { fleet, enrol } = testFleet();
  const { reply } = await enrol();
  await assert.rejects(enrol(HOST, keyOf('t')), { code: 'host_known' });
  assert.equal((await fleet.authenticateHost(reply.token)).hostId, HOST);
});

test('an enrolment for a host that is known replaces its token, and the older program hears of it', async () => {
  const { fleet, enrol } = testFleet();
  const { reply, body } = await enrol();
  const again = await fleet.makeEnrolment(ada, { hostId: HOST });
  const next = await fleet.enrol(again.enrolment.enrolmentId, { ...body, enrolmentKey: keyOf('n') });
  assert.notEqual(next.token, reply.token);
  await assert.rejects(fleet.authenticateHost(reply.token), { code: 'host_replaced' });
  await fleet.authenticateHost(next.token);
});

test('a host that was revoked is refused, and let in again by another enrolment alone', async () => {
  const { fleet, enrol } = testFleet();
  const { reply } = await enrol();
  assert.equal((await fleet.revoke(ada, HOST)).state, 'revoked');
  await assert.rejects(fleet.authenticateHost(reply.token), { code: 'host_revoked' });
  const { reply: next } = await enrol(HOST, keyOf('n'));
  await fleet.authenticateHost(next.token);
  await assert.rejects(fleet.authenticateHost(reply.token), { code: 'host_replaced' });
});

test('a host that is forgotten is not known any more, and nothing of it is left', async () => {
  const { fleet, enrol, report, records, findings, advance } = testFleet();
  const { reply } = await enrol();
  await report();
  advance(1000);
  await fleet.forget(ada, HOST);
  await assert.rejects(fleet.authenticateHost(reply.token), { code: 'host_token_invalid' });
  for (const pk of ['hosts', 'hosts-now', `host#${HOST}`]) assert.deepEqual((await records.query(pk)).items, [], pk);
  assert.deepEqual((await findings.list({}, { limit: 10 })).findings, []);
});

test('rows that somebody else wrote into the database let nobody in, and none shows a secret', async () => {
  const { fleet, enrol, records } = testFleet();
  const { reply } = await enrol();
  const { pk, sk } = keys.host(HOST);
  const item = await records.get(pk, sk);
  assert.ok(item && !JSON.stringify(item).includes(reply.token.slice(-43)));
  await records.transact([{ op: 'put', ...keys.host(OTHER), value: item.value }]);
  await assert.rejects(fleet.authenticateHost(reply.token.replace(HOST, OTHER)), { code: 'host_token_invalid' });
  await records.transact([{ op: 'put', pk, sk, value: { ...item.value, with: ['host', 'buckets'] } }]);
  await assert.rejects(fleet.authenticateHost(reply.token), { code: 'host_token_invalid' });
});
