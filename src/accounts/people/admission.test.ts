import assert from 'node:assert/strict';
import { test } from 'node:test';
import { keys } from '../records.ts';
import { openAccounts } from '../accounts.ts';
import { signUpMember, testWorkspace } from '../test-accounts.ts';

test('the policy decides who may sign up: open places, invited people, or nobody', async (t) => {
  const workspace = await testWorkspace(t);
  const { session } = await workspace.signUpFirst();
  const { accounts } = workspace;
  let number = 0;
  const come = async (from: { signUpOpen: boolean; invited: boolean }): Promise<string> => {
    const invitation = from.invited ? (await accounts.invites.make(session, {})).invitation : undefined;
    const { signUpOpen } = from;
    number += 1;
    const email = `p${number}@example.org`;
    const outcome = await signUpMember(workspace, email, { signUpOpen, invitation }).catch((error: unknown) => error);
    return outcome instanceof Error ? String((outcome as { code?: unknown }).code) : 'in';
  };
  const outcomes = async (): Promise<string[]> => [
    await come({ signUpOpen: true, invited: false }),
    await come({ signUpOpen: false, invited: false }),
    await come({ signUpOpen: true, invited: true }),
    await come({ signUpOpen: false, invited: true }),
  ];
  assert.deepEqual(await outcomes(), ['in', 'invite_required', 'in', 'in'], 'open, the default');
  await accounts.settings.change(session, 'sign-up', 'invite');
  assert.deepEqual(await outcomes(), ['invite_required', 'invite_required', 'in', 'in'], 'invite');
  await accounts.settings.change(session, 'sign-up', 'closed');
  const closed = 'sign_up_closed';
  assert.deepEqual(await outcomes(), [closed, closed, closed, closed], 'closed');
  await assert.rejects(accounts.proposeHandle('Ada', true), { code: closed });
});

test('settings are listed, changed to values they take, and fixed by the environment', async (t) => {
  const workspace = await testWorkspace(t);
  const { session } = await workspace.signUpFirst();
  const { settings } = workspace.accounts;
  for (const [name, value] of [
    ['sign-up', 'Open'],
    ['sign-up', ''],
    ['signUp', 'open'],
    ['__proto__', 'open'],
    ['toString', 'open'],
  ] as const) {
    await assert.rejects(settings.change(session, name, value), { code: 'workspace_setting_invalid' }, name);
  }
  await settings.change(session, 'sign-up', 'invite');
  const [signUp] = await settings.list();
  assert.deepEqual([signUp?.name, signUp?.value, signUp?.default, signUp?.fixed], ['sign-up', 'invite', 'open', false]);

  const fixed = openAccounts({ ...workspace.deps, fixedSettings: { 'sign-up': 'closed' } });
  const [shown] = await fixed.settings.list();
  assert.deepEqual([shown?.value, shown?.fixed], ['closed', true]);
  await assert.rejects(fixed.settings.change(session, 'sign-up', 'open'), { code: 'workspace_setting_fixed' });
  await assert.rejects(signUpMember({ ...workspace, accounts: fixed }, 'bob@example.org'), { code: 'sign_up_closed' });
});

test('settings written into the database open no doors', async (t) => {
  const workspace = await testWorkspace(t);
  const { session } = await workspace.signUpFirst();
  await workspace.accounts.settings.change(session, 'sign-up', 'closed');
  const item = await workspace.records.get(keys.settings.pk, keys.settings.sk);
  const value = { ...item?.value, values: { 'sign-up': 'open' } };
  await workspace.records.transact([{ op: 'put', ...keys.settings, value }]);
  await assert.rejects(signUpMember(workspace, 'eve@example.org'), { code: 'account_damaged' });
});

test('several admins who change settings at once all come through', async (t) => {
  const workspace = await testWorkspace(t);
  const { session } = await workspace.signUpFirst();
  const { settings } = workspace.accounts;
  await Promise.all(
    ['invite', 'closed', 'invite', 'closed'].map((value) => settings.change(session, 'sign-up', value)),
  );
  assert.match((await settings.list())[0]?.value ?? '', /invite|closed/);
});
