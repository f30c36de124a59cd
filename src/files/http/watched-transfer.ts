import type { Session, SessionWatch } from '../../accounts/index.ts';
import type { Files } from '../files.ts';
import type { Need } from '../keys/access.ts';

/** What keeps an eye on a transfer that may last for hours. */
export type TransferWatch = {
  /** Calls `onEnded` once, when the person may not go on: the session is over, or the drive no longer theirs. */
  readonly watch: (transfer: Transfer, onEnded: (reason: Error) => void) => Disposable;
};

export type Transfer = { readonly session: Session; readonly driveId: string; readonly need: Need };

export function watchTransfers(files: Pick<Files, 'mayStill'>, sessions: Pick<SessionWatch, 'watch'>): TransferWatch {
  return {
    watch({ session, driveId, need }, onEnded) {
      const { accountId } = session;
      return sessions.watch(session, onEnded, () => files.mayStill(accountId, driveId, need));
    },
  };
}

/** Does something with a body that is given up when its sender may not go on. */
export async function whileAllowed<Result>(
  { watch }: TransferWatch,
  transfer: Transfer,
  act: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const ended = new AbortController();
  using _watched = watch(transfer, (reason) => ended.abort(reason));
  return await act(ended.signal);
}
