import type { FileChange } from '../files/index.ts';
import type { PubSub } from '../storage/index.ts';

/** Where what is told of a drive or an account goes, so that whoever may not see it never gets it. */
export const topics = {
  drive: (driveId: string): string => `drive#${driveId}`,
  account: (accountId: string): string => `account#${accountId}`,
  /** Accounts whose sessions, state or role are not what they were. */
  access: 'access',
};

export function publishChange(pubSub: PubSub, change: FileChange): void {
  if ('accountId' in change) pubSub.publish(topics.account(change.accountId), { type: change.type });
  else pubSub.publish(topics.drive(change.driveId), change);
}

export function publishNotice(pubSub: PubSub, accountId: string): void {
  pubSub.publish(topics.account(accountId), { type: 'notices' });
}

export function publishAccessChanged(pubSub: PubSub, accountId: string): void {
  pubSub.publish(topics.access, { accountId });
}

/** Every server hears of it, whichever the act ran on. */
export function onAccessChanged(pubSub: PubSub, listener: (accountId: string) => void): Disposable {
  return pubSub.subscribe(topics.access, ({ accountId }) => {
    if (typeof accountId === 'string') listener(accountId);
  });
}
