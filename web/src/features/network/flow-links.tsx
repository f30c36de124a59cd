import { UnstyledButton } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { counted } from '../../base/text/format.ts';
import { visible } from '../../base/text/visible.ts';
import styles from './network.module.css';

const FIRST = 3;

/** Flows by their ids: the first few, the rest once somebody wants them. */
export function FlowLinks({ uids }: { readonly uids: readonly string[] }) {
  const [all, setAll] = useState(false);
  const shown = all ? uids : uids.slice(0, FIRST);
  const more = uids.length - shown.length;
  return (
    <>
      {shown.map((uid, at) => (
        <span key={uid}>
          {at > 0 && ', '}
          <Link to="/security/network/flows/$uid" params={{ uid }}>
            <code>{visible(uid)}</code>
          </Link>
        </span>
      ))}
      {more > 0 && (
        <>
          {' '}
          <UnstyledButton className={styles.more} onClick={() => setAll(true)}>
            and {counted(more, 'more', 'more')}
          </UnstyledButton>
        </>
      )}
    </>
  );
}
