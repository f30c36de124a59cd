import IconAlertTriangle from '@tabler/icons-react/icons/IconAlertTriangle';
import IconCheck from '@tabler/icons-react/icons/IconCheck';
import IconClock from '@tabler/icons-react/icons/IconClock';
import { Time } from '../../../base/text/bits.tsx';
import { table } from '../../../base/lists/table.ts';
import type { ChannelView } from './api.ts';
import styles from './channel-health.module.css';

const why: Readonly<Record<string, string>> = {
  channel_unavailable: 'The other side was not reached or not ready; what waits is tried again.',
  channel_refused: 'The other side will not take it.',
  channel_config_invalid: 'It can no longer be opened as it is set up.',
};

/** How deliveries by a channel went lately. Green is for what arrived, and for nothing else. */
export function ChannelHealth({ channel }: { readonly channel: ChannelView }) {
  const { lastDeliveredTime, failingSinceTime, lastCode } = channel;
  if (failingSinceTime !== null) {
    return (
      <div>
        <span className={styles.health} data-state="risk">
          <IconAlertTriangle size={16} stroke={1.8} aria-hidden />
          <span>
            Fails since <Time within>{failingSinceTime}</Time>
          </span>
        </span>
        <span className={table.under}>
          {why[lastCode ?? ''] ?? 'The last attempt failed.'} <code>{lastCode}</code>
        </span>
        {lastDeliveredTime !== null && (
          <span className={table.under}>
            Delivered last <Time within>{lastDeliveredTime}</Time>
          </span>
        )}
      </div>
    );
  }
  if (lastDeliveredTime === null) {
    return (
      <span className={styles.health}>
        <IconClock size={16} stroke={1.8} aria-hidden />
        Nothing sent yet
      </span>
    );
  }
  return (
    <span className={styles.health} data-state="good">
      <IconCheck size={16} stroke={1.8} aria-hidden />
      <span>
        Delivered last <Time within>{lastDeliveredTime}</Time>
      </span>
    </span>
  );
}
