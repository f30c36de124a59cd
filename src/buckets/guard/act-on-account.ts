/** What the guard does when the account's own Block Public Access is changed, which opens many buckets at once. */
import { accountBlockPublicAccess } from '../checks/access/account-block-public-access.ts';
import { hasCode } from '../../base/errors.ts';
import { bucketErrors } from '../errors.ts';
import type { BucketReader } from '../facts/bucket-reader.ts';
import { nothingLookedUp } from '../facts/bucket-facts.ts';
import { whyUnread } from '../facts/fact.ts';
import { nameOf, type Change } from '../fixes/change.ts';
import { allFlags } from '../fixes/fixers.ts';
import type { GuardEvent } from './event.ts';
import type { Guard } from './guard.ts';
import { mend } from './mend.ts';
import { forgetUntold, tellUntold } from './untold.ts';
import { calledBy } from './words.ts';

/** Throws `guard_bucket_unread` when it could not be looked at, and what {@link mend} throws. */
export async function actOnAccount(event: GuardEvent | null, reader: BucketReader, guard: Guard): Promise<void> {
  const { config, alerts } = guard;
  await tellUntold(nameOf({ kind: 'account', accountId: config.account }), guard);
  const account = await reader.account();
  const { accountId, publicAccessBlock } = account;
  const name = `account ${config.account}`;
  if (!publicAccessBlock.known || !accountId.known) {
    const detail = publicAccessBlock.known ? 'the account is not known' : whyUnread(publicAccessBlock);
    await alerts.tell(name, `${name}: nobody can say whether Block Public Access is on: ${detail}`);
    throw bucketErrors('guard_bucket_unread', { attempted: `Look at ${name}`, detail });
  }
  const { verdict } = accountBlockPublicAccess.judge({
    ...account,
    ...nothingLookedUp,
  });
  if (verdict !== 'fail') return;
  const seen = event === null ? '' : `\nSeen after ${calledBy(event)}.`;
  const text = `${name}: Block Public Access is not wholly on.${seen}`;
  if (!config.blocksAccount || config.mode === 'report') {
    // Off from the start it is nothing new; the account is told of when somebody switches it off.
    const why = config.blocksAccount ? 'the guard only reports (Mode)' : 'the guard was not asked to keep it on';
    if (event !== null) await alerts.tell(name, `${text}\nLeft as it is: ${why}.`);
    return;
  }
  const target = { kind: 'account', accountId: accountId.value } as const;
  const change: Change = { target, before: publicAccessBlock.value, after: allFlags };
  const receipt = await mend([change], guard).catch(async (error: unknown) => {
    if (hasCode(error, 'guard_change_failed')) await alerts.tell(name, `${text}\nLeft as it is: ${error.message}`);
    throw error;
  });
  await alerts.tell(
    name,
    receipt === null
      ? `${text}\nLeft as it is: it was switched on ${guard.settings.guardBucketMendsADay} times today, and off again each time.`
      : `${text}\nIt was switched on. Receipt ${receipt.receiptId}.`,
  );
  await forgetUntold(nameOf(target), guard);
}
