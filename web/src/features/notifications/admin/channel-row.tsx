import { Button } from '@mantine/core';
import { Name } from '../../../base/text/bits.tsx';
import { formatCount } from '../../../base/text/format.ts';
import { sections as styles } from '../../../base/pages/sections.ts';
import { table } from '../../../base/lists/table.ts';
import type { ChannelView } from './api.ts';
import { channelWords, kindLabel } from './channel-fields.ts';
import { ChannelHealth } from './channel-health.tsx';
import own from './channel-row.module.css';

export interface ChannelRowProps {
  readonly channel: ChannelView;
  readonly testing: boolean;
  readonly onTest: () => void;
  readonly onChange: () => void;
  readonly onRemove: () => void;
}

export function ChannelRow({ channel, testing, onTest, onChange, onRemove }: ChannelRowProps) {
  const { name, kind, config, destination, kinds, personal, deadLetters } = channel;
  const place = destination === '' ? config[channelWords[kind]?.place ?? ''] : destination;
  return (
    <tr className={own.row}>
      <td>
        <Name>{name}</Name>
        <span className={table.under}>
          {kindLabel(kind)}
          {typeof place === 'string' && (
            <>
              : <bdi>{place}</bdi>
            </>
          )}
        </span>
        <span className={table.under}>
          {personal
            ? 'To everybody’s own address'
            : kinds === null
              ? 'All that admins hear'
              : `${formatCount(kinds.length)} of the kinds of notices`}
        </span>
        <div className={table.narrow}>
          <ChannelHealth channel={channel} />
          {deadLetters > 0 && <span className={table.under}>{formatCount(deadLetters)} given up</span>}
        </div>
      </td>
      <td className={table.wide}>
        <ChannelHealth channel={channel} />
      </td>
      <td className={table.wide}>{formatCount(deadLetters)}</td>
      <td className={`${table.acts} ${own.acts}`}>
        <div className={styles.row}>
          <Button size="xs" variant="default" aria-label={`Send a test by ${name}`} loading={testing} onClick={onTest}>
            Send a test
          </Button>
          {/* A kind of a later version is shown, and changed where it is known. */}
          {channelWords[kind] && (
            <Button size="xs" variant="default" aria-label={`Change ${name}`} onClick={onChange}>
              Change…
            </Button>
          )}
          <Button size="xs" variant="default" aria-label={`Remove ${name}`} onClick={onRemove}>
            Remove…
          </Button>
        </div>
      </td>
    </tr>
  );
}
