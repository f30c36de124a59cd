import { useRouter } from '@tanstack/react-router';
import { useEffect } from 'react';
import { useMe } from '../../features/accounts/api.ts';
import { finishBeforeSessionEnds } from '../../features/accounts/leave.ts';
import { dropSubscription, keepPushRight } from '../../features/notifications/browser/push.ts';
import { followWorker } from '../../features/notifications/browser/worker.ts';

/** The worker that tells people while they look elsewhere, for as long as somebody is logged in. */
export function useWorker(): void {
  const { history } = useRouter();
  useEffect(() => {
    const worker = followWorker((path) => history.push(path));
    return () => worker[Symbol.dispose]();
  }, [history]);
  const accountId = useMe()?.accountId;
  useEffect(() => {
    // Where it fails, Settings show that this browser is not told.
    if (accountId !== undefined) keepPushRight(accountId).catch(() => undefined);
  }, [accountId]);
}

finishBeforeSessionEnds(dropSubscription);
