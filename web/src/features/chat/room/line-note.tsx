import { Button } from '@mantine/core';
import IconPlugConnectedX from '@tabler/icons-react/icons/IconPlugConnectedX';
import { connectNow, lineState } from '../../../base/requests/connection.ts';
import { useStore } from '../../../base/store.ts';
import styles from './room.module.css';

/** While there is no connection: said quietly, because nothing is lost by it. */
export function LineNote() {
  const isLost = useStore(lineState) === 'lost';
  return (
    <div role="status" className={styles.lineNote} hidden={!isLost}>
      {isLost && (
        <>
          <IconPlugConnectedX size={16} aria-hidden />
          <span>Not connected. What you write is sent when the line is back.</span>
          <Button size="compact-xs" variant="default" onClick={connectNow}>
            Try now
          </Button>
        </>
      )}
    </div>
  );
}
