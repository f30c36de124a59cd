import { Button } from '@mantine/core';
import { memo } from 'react';
import { formatCount, formatDate } from '../../../base/text/format.ts';
import { IgnoredNote } from '../ignoring/ignored-note.tsx';
import styles from './history.module.css';
import type { MessageActs } from '../message/message-acts.ts';
import { MessageRow } from '../message/message-row.tsx';
import { OutgoingRow } from '../message/outgoing-row.tsx';
import type { Row } from './rows.ts';
import type { Gap } from '../timeline/timeline.ts';

export interface HistoryRowProps {
  readonly row: Row;
  readonly isActive: boolean;
  readonly isMarked: boolean;
  readonly acts: MessageActs;
  readonly onFill: (gap: Gap) => void;
  readonly onFocusMessage: (sequence: number) => void;
}

export const HistoryRow = memo(function HistoryRow(props: HistoryRowProps) {
  const { row, isActive, isMarked, acts, onFill, onFocusMessage } = props;
  switch (row.kind) {
    case 'message':
      return (
        <MessageRow
          message={row.message}
          isRun={row.isRun}
          isActive={isActive}
          isMarked={isMarked}
          acts={acts}
          onFocus={onFocusMessage}
        />
      );
    case 'outgoing':
      return <OutgoingRow outgoing={row.outgoing} isRun={row.isRun} me={acts.me} />;
    case 'ignored':
      return <IgnoredNote messages={row.messages} />;
    case 'day':
      return (
        <p className={styles.day}>
          <span>{formatDate(row.time, Date.now())}</span>
        </p>
      );
    case 'new':
      return (
        <p className={styles.new}>
          <span>New</span>
        </p>
      );
    case 'gap': {
      const missing = row.before - row.after - 1;
      return (
        <p className={styles.gap}>
          <span>{missing === 1 ? 'One message or change' : `Up to ${formatCount(missing)} messages`} not loaded</span>
          <Button size="compact-sm" variant="default" onClick={() => onFill(row)}>
            Load
          </Button>
        </p>
      );
    }
    case 'start':
      return <p className={styles.start}>This is where it began.</p>;
  }
});
