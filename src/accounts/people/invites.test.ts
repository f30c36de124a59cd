import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HoldfastError } from '../../base/errors.ts';
import { memoryRecordStore } from '../../storage/index.ts';
import { keys, type InviteRow } from '../records.ts';
import { PASSWORD, signUpMember, testWorkspace, type TestWorkspace } from '../test-accounts.ts';
import { watchRecords } from '../watched-records.ts';

const DAY = 24 * 3_600_000;

/** Signs up from a place where an invitation is needed. */
const come = (workspace: TestWorkspace, email: string, invitation: string) =>
  signUpMember(workspace, email, { signUpOpen: false, invitation });

test('an invitation admits one person, in the role it says, and nobody after that', async (t) => {
  const workspace = await testWorkspace(t);
  const { session } = await workspace.signUpFirst();
  for (const role of ['admin', 'member', 'guest'] as const) {
    const { invitation, inviteId } = await workspace.accounts.invites.make(session, { role, password: PASSWORD });
    const made = await come(workspace, `${role}@example.org`, invitation);
    assert.equal(made.account.role, role);
    const drive = await workspace.records.get(`drive#${made.account.accountId}`, 'drive');
    assert.equal(drive !== null, role !== 'guest', `${role}: a guest has no drive`);
    assert.equal(workspace.published.has(`keys/workspace/${made.account.accountId}.age`), role === 'admin');
    await assert.rejects(come(workspace, `second-${role}@example.org`, invitation), { code: 'invite_invalid' });
    await assert.rejects(workspace.accounts.invites.revoke(session, inviteId), { code: 'invite_not_found' });
  }
  assert.deepEqual(await workspace.accounts.invites.list(session, {}), { invites: [] });
});

test('of several people with one invitation at once exactly one gets in, and the others leave nothing', async (t) => {
  const workspace = await testWorkspace(t);
  const { session } = await workspace.signUpFirst();
  const { invitation } = await workspace.accounts.invites.make(session, {});
  const before = workspace.published.size;
  const settled = await Promise.allSettled([1, 2, 3, 4].map((n) => come(workspace, `p${n}@example.org`, invitation)));
  const refused = settled.flatMap((each) => (each.status === 'rejected' ? [each.reason as unknown] : []));
  assert.equal(refused.length, 3);
  for (const error of refused) assert.equal(error instanceof HoldfastError ? error.code : error, 'invite_invalid');
  assert.equal(workspace.published.size, before + 1);
  assert.equal((await workspace.accounts.people.list({})).people.length, 2);
});

test('an invitation for an address admits that address only, however it is written', async (t) => {
  const workspace = await testWorkspace(t);
  const { session } = await workspace.signUpFirst();
  const { invitation } = await workspace.accounts.invites.make(session, { email: 'Grace@Example.org' });
  await assert.rejects(come(workspace, 'eve@example.org', invitation), { code: 'invite_email_mismatch' });
  assert.equal((await come(workspace, ' grace@example.ORG ', invitation)).account.email, 'grace@example.ORG');
});

test('an invitation runs out, and can be taken back by its maker or an admin and by nobody else', async (t) => {
  const workspace = await testWorkspace(t);
  const { session: admin } = await workspace.signUpFirst();
  const { session: bob } = await signUpMember(workspace, 'bob@example.org');
  const { session: eve } = await signUpMember(workspace, 'eve@example.org');
  const { invites } = workspace.accounts;
  const short = await invites.make(bob, { lifetimeMs: DAY });
  workspace.advance(DAY);
  await assert.rejects(come(workspace, 'x@example.org', short.invitation), { code: 'invite_invalid' });
  const [first, second] = [await invites.make(bob, {}), await invites.make(bob, {})];
  await assert.rejects(invites.revoke(eve, first.inviteId), { code: 'invite_not_found' });
  assert.deepEqual(await invites.list(eve, {}), { invites: [] });
  assert.equal((await invites.list(admin, {})).invites.length, 2);
  await invites.revoke(bob, first.inviteId);
  await invites.revoke(admin, second.inviteId);
  for (const { invitation } of [first, second]) {
    await assert.rejects(come(workspace, 'x@example.org', invitation), { code: 'invite_invalid' });
  }
  const never = await invites.make(bob, { lifetimeMs: 1000 * DAY });
  assert.equal(Date.parse(never.expiresTime) - Date.parse(never.createdTime), 7 * DAY, 'the server has the last word');
});

test('nobody invites into a role above their own, and guests invite nobody', async (t) => {
  const workspace = await testWorkspace(t);
  const { session: admin } = await workspace.signUpFirst();
  const { session: bob } = await signUpMember(workspace, 'bob@example.org');
  const { invites } = workspace.accounts;
  await assert.rejects(invites.make(bob, { role: 'admin' }), { code: 'invite_role_refused' });
  const guest = await come(workspace, 'g@example.org', (await invites.make(bob, { role: 'guest' })).invitation);
  for (const role of ['member', 'guest'] as const) {
    await assert.rejects(invites.make(guest.session, { role }), { code: 'invite_role_refused' });
  }
  const { invitation } = await invites.make(admin, { role: 'admin', password: PASSWORD });
  assert.equal((await come(workspace, 'second@example.org', invitation)).account.role, 'admin');
});

test('invitations of somebody who was disabled or lost the role admit nobody', async (t) => {
  const workspace = await testWorkspace(t);
  const { session: ada } = await workspace.signUpFirst();
  const { invites, people } = workspace.accounts;
  const second = await come(
    workspace,
    'bob@example.org',
    (await invites.make(ada, { role: 'admin', password: PASSWORD })).invitation,
  );
  const asAdmin = await invites.make(second.session, { role: 'admin', password: PASSWORD });
  const asMember = await invites.make(second.session, { role: 'member' });
  await people.changeRole(ada, second.account.accountId, 'member');
  await assert.rejects(come(workspace, 'x@example.org', asAdmin.invitation), { code: 'invite_invalid' });
  await people.disable(ada, second.account.accountId);
  await assert.rejects(come(workspace, 'x@example.org', asMember.invitation), { code: 'invite_invalid' });
});

test('somebody who is disabled while their guest signs up admits nobody', async (t) => {
  const watched = watchRecords(memoryRecordStore({ clock: () => Date.UTC(2026, 5, 1) }));
  const workspace = await testWorkspace(t, { records: () => watched.store });
  const { session: ada } = await workspace.signUpFirst();
  const bob = await signUpMember(workspace, 'bob@example.org');
  const { invitation } = await workspace.accounts.invites.make(bob.session, {});
  watched.beforeTransaction = async (operations) => {
    if (!operations.some(({ pk }) => pk.startsWith('email#'))) return;
    watched.beforeTransaction = null;
    await workspace.accounts.people.disable(ada, bob.account.accountId);
  };
  await assert.rejects(come(workspace, 'x@example.org', invitation), { code: 'invite_invalid' });
});

test('a row that was written or moved in the database admits nobody', async (t) => {
  const workspace = await testWorkspace(t);
  const { session } = await workspace.signUpFirst();
  const made = await workspace.accounts.invites.make(session, { role: 'guest' });
  const page = await workspace.records.query<{ hash: string }>('invites');
  const hash = page.items[0]?.value.hash ?? '';
  const place = keys.invite(hash);
  const item = await workspace.records.get<InviteRow>(place.pk, place.sk);
  assert.ok(item);
  assert.equal(JSON.stringify(item.value).includes(made.invitation), false);
  await workspace.records.transact([{ op: 'put', ...place, value: { ...item.value, role: 'admin' } }]);
  await assert.rejects(come(workspace, 'x@example.org', made.invitation), { code: 'invite_invalid' });
  const other = keys.invite('x'.repeat(43));
  await workspace.records.transact([{ op: 'put', ...other, value: item.value }]);
  for (const invitation of ['', 'hfi_', `hfi_${'x'.repeat(43)}`, made.invitation.toUpperCase(), '🦑']) {
    await assert.rejects(come(workspace, 'x@example.org', invitation), { code: 'invite_invalid' }, invitation);
  }
});

test('a person has so many open invitations and no more', async (t) => {
  const workspace = await testWorkspace(t, { settings: { invitesPerAccount: 2 } });
  const { session } = await workspace.signUpFirst();
  const { invites } = workspace.accounts;
  const { inviteId } = await invites.make(session, {});
  await invites.make(session, {});
  await assert.rejects(invites.make(session, {}), { code: 'invites_too_many' });
  await invites.revoke(session, inviteId);
  await invites.make(session, {});
});

test('lists go on where a page ended', async (t) => {
  const workspace = await testWorkspace(t);
  const { session } = await workspace.signUpFirst();
  const ids: string[] = [];
  for (let n = 0; n < 5; n++) ids.push((await workspace.accounts.invites.make(session, {})).inviteId);
  const bob = await signUpMember(workspace, 'bob@example.org');
  for (const reader of [session, { ...session, role: 'member' as const }]) {
    const seen: string[] = [];
    for (let after: string | undefined; ;) {
      const page = await workspace.accounts.invites.list(reader, { limit: 2, after });
      seen.push(...page.invites.map(({ inviteId }) => inviteId));
      if (page.next === undefined) break;
      after = page.next;
    }
    assert.deepEqual(seen, ids.toSorted().toReversed());
  }
  assert.deepEqual(await workspace.accounts.invites.list(bob.session, {}), { invites: [] });
});
