import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ACCOUNT, goodAccount } from '../checks/test-subject.ts';
import { known } from '../facts/fact.ts';
import { allFlags } from '../fixes/fixers.ts';
import { keyOf, testWriter } from '../fixes/test-writer.ts';
import { actOnAccount } from './act-on-account.ts';
import type { GuardEvent } from './event.ts';
import { testGuard } from './test-guard.ts';

const switchedOff: GuardEvent = {
  ...{ eventId: '1', call: 'DeleteAccountPublicAccessBlock', isCreation: false },
  ...{ isDeletion: false, subject: { kind: 'account' } },
  ...{ time: '2026-11-28T00:00:00Z', caller: 'arn:aws:iam::123456789012:user/eve', role: null, address: '192.0.2.7' },
  byInfrastructureCode: false,
};
const openAccount = { ...goodAccount, publicAccessBlock: known(null) };

test('with BlockAccount=yes the account’s Block Public Access is switched on again, with a receipt, and told', async () => {
  const writer = testWriter();
  const { guard, mails } = testGuard({
    config: { blocksAccount: true },
    account: openAccount,
    openWriter: async () => writer,
  });
  await actOnAccount(switchedOff, await guard.openReader(), guard);
  await guard.alerts.flush();
  const key = keyOf({ kind: 'account', accountId: ACCOUNT });
  assert.deepEqual([...writer.settings], [[key, allFlags]]);
  assert.match(
    mails[0]?.message ?? '',
    /by arn:.*user\/eve from 192\.0\.2\.7.*It was switched on\. Receipt [0-9a-f-]{36}/s,
  );
});

test('it is not fought over: the fourth time in a day it is told and left', async () => {
  const writers: ReturnType<typeof testWriter>[] = [];
  const { guard, mails, later } = testGuard({
    config: { blocksAccount: true },
    account: openAccount,
    async openWriter() {
      // Somebody has switched it off again.
      writers.push(testWriter());
      return writers.at(-1) ?? testWriter();
    },
  });
  for (let time = 1; time <= 4; time += 1) {
    await actOnAccount({ ...switchedOff, eventId: `${time}` }, await guard.openReader(), guard);
    later(guard.settings.guardCooldownMs + 1);
  }
  await guard.alerts.flush();
  assert.equal(writers.flatMap(({ writes }) => writes).length, 3);
  assert.match(mails.map(({ message }) => message).join('\n'), /switched on 3 times today, and off again each time/);
});

test('in mode report, and without BlockAccount, it is told which of them leaves it, and nothing is changed', async () => {
  const cases = [
    [{ blocksAccount: true, mode: 'report' }, /Left as it is: the guard only reports \(Mode\)\.$/m],
    [{ blocksAccount: false }, /Left as it is: the guard was not asked to keep it on\.$/m],
    [{ blocksAccount: false, mode: 'report' }, /Left as it is: the guard was not asked to keep it on\.$/m],
  ] as const;
  for (const [config, why] of cases) {
    const writer = testWriter();
    const { guard, mails } = testGuard({ config, account: openAccount, openWriter: async () => writer });
    await actOnAccount(switchedOff, await guard.openReader(), guard);
    await guard.alerts.flush();
    assert.deepEqual(writer.writes, []);
    assert.match(mails[0]?.message ?? '', why);
  }
});
