import { Time } from '../../../base/text/bits.tsx';
import { counted } from '../../../base/text/format.ts';
import type { GivenUp, Outgoing } from './api.ts';
import styles from './bots.module.css';

export interface OutgoingHealthProps {
  readonly hook: Outgoing;
  /** The last message that was given up in 30 days. */
  readonly last: GivenUp | undefined;
}

/** How telling a program elsewhere went lately. That nothing failed does not say that anything was told. */
export function OutgoingHealth({ hook, last }: OutgoingHealthProps) {
  const { failures, lastCode, disabledTime } = hook;
  if (disabledTime !== null) {
    return (
      <p className={styles.risk}>
        Failed too often and is told nothing since <Time within>{disabledTime}</Time>. <code>{lastCode}</code>
      </p>
    );
  }
  if (failures > 0) {
    return (
      <p className={styles.look}>
        {counted(failures, 'message')} in a row could not be told. <code>{lastCode}</code>
      </p>
    );
  }
  return (
    <p className="soft">
      {last ? (
        <>
          Nothing fails now; a message was given up <Time within>{last.time}</Time>.
        </>
      ) : (
        'No message was given up.'
      )}
    </p>
  );
}
