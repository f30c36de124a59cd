/** A look at all buckets: what no event told of, because events are delivered by best effort only. */
import { hasCode } from '../../base/errors.ts';
import { count } from '../../base/text/quantities.ts';
import { bucketErrors } from '../errors.ts';
import { eachAtOnce } from '../facts/gather.ts';
import { actOn, afterGrace } from './act.ts';
import { actOnAccount } from './act-on-account.ts';
import type { Alerts } from './alerts.ts';
import { watchFreed } from './freed.ts';
import type { Guard } from './guard.ts';
import { lookAtAll } from './look.ts';
import { noteSwept } from './swept.ts';
import { tellUntold } from './untold.ts';

/** More do not go into one mail, and the rest is counted. */
const MOST_TOLD = 40;

/** Throws `buckets_unlisted`, and `guard_bucket_unread` at the end when something could not be read. */
export async function sweep(guard: Guard): Promise<void> {
  const { config, settings, log } = guard;
  await using reader = await guard.openReader();
  const failed: string[] = [];
  const noting = async (bucket: string | null, act: () => Promise<void>): Promise<void> => {
    try {
      await act();
    } catch (error) {
      if (!hasCode(error, 'guard_bucket_unread', 'guard_resting', 'guard_change_failed', 'buckets_role_refused'))
        throw error;
      failed.push(error.message);
      log.warn({ bucket, code: error.code }, error.message);
    }
  };
  await noting(null, () => actOnAccount(null, reader, guard));
  const looks = await lookAtAll(reader, guard);
  const some = firstFew(guard.alerts);
  const acted = eachAtOnce(looks, settings.bucketsAtOnce, async (look) => {
    const name = look.bucket?.facts.bucket ?? '';
    if (name === config.canaryBucket) return;
    await noting(name, async () => {
      if (look.unread.length > 0) await actOn(name, 'after-grace', null, reader, { ...guard, alerts: some });
      else {
        await tellUntold(name, guard);
        await afterGrace(name, look, null, reader, { ...guard, alerts: some });
      }
    });
  });
  for await (const _ of acted);
  await noting(null, () => watchFreed(null, reader, { ...guard, alerts: some }));
  await some.tellRest();
  await noteSwept({ buckets: looks.length, failed: failed.length }, guard);
  log.info({ buckets: looks.length, failed: failed.length }, 'Looked at all buckets');
  if (failed.length > 0) {
    const detail = `${count(failed.length, 'failure')}, ${count(looks.length, 'bucket')}: ${failed.slice(0, 5).join('; ')}`;
    throw bucketErrors('guard_bucket_unread', { attempted: 'Look at all buckets', detail });
  }
}

function firstFew(alerts: Alerts): Alerts & { tellRest(): Promise<void> } {
  let told = 0;
  return {
    ...alerts,
    async tell(about, text) {
      // What people know already is no more of it.
      if (!(await alerts.isNews(about, text))) return;
      told += 1;
      if (told <= MOST_TOLD) await alerts.tell(about, text);
    },
    async tellRest() {
      const rest = told - MOST_TOLD;
      if (rest <= 0) return;
      await alerts.tell('the rest', `And ${count(rest, 'more alert')}. See them all with: holdfast buckets audit`);
    },
  };
}
