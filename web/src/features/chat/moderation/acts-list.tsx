/** What moderators did in a room, newest first; or, without a room, what was decided about the person who reads. */
import { Button } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import IconGavel from '@tabler/icons-react/icons/IconGavel';
import { Time } from '../../../base/text/bits.tsx';
import { Empty } from '../../../base/pages/empty.tsx';
import { formatExactTime } from '../../../base/text/format.ts';
import { ProblemNote } from '../../../base/requests/problem-note.tsx';
import { actsOptions, type ActView } from './api.ts';
import styles from './moderation.module.css';

const words: Readonly<Record<ActView['what'], string>> = {
  muted: 'Muted',
  banned: 'Banned',
  kicked: 'Kicked',
  lifted: 'Lifted what held for',
  hidden: 'Hid a message',
  restored: 'Restored a message',
  rules: 'Changed the rules',
  resolved: 'Closed a report',
};

/** The same, told to the person. */
const aboutYou: Readonly<Record<ActView['what'], string>> = {
  muted: 'You were muted',
  banned: 'You were banned',
  kicked: 'You were put out of the room',
  lifted: 'A mute or ban ended early',
  hidden: 'A message of yours was hidden',
  restored: 'A message of yours was restored',
  rules: 'The rules changed',
  resolved: 'A report was closed',
};

export function ActsList({ roomId }: { readonly roomId: string | null }) {
  const list = useInfiniteQuery(actsOptions(roomId));
  const acts = list.data?.pages.flatMap((page) => page.acts) ?? [];
  return (
    <>
      {list.error && (
        <ProblemNote error={list.error} tried="Show what was decided" onRetry={() => void list.refetch()} />
      )}
      {list.data && acts.length === 0 && (
        <Empty icon={<IconGavel size={40} stroke={1.3} />} title="Nothing was decided yet">
          <p>
            {roomId === null
              ? 'What moderators decide about you and your messages will be here, with their reasons.'
              : 'Every act of a moderator will be here, with its reason.'}
          </p>
        </Empty>
      )}
      <ul className={styles.list} aria-label="What was decided">
        {acts.map((act) => (
          <li key={`${act.roomId} ${act.time} ${act.what} ${act.accountId} ${act.sequence}`} className={styles.entry}>
            <div className={styles.words}>
              {roomId === null ? <ActOnYou act={act} /> : <ActInRoom act={act} />}
              <p dir="auto">{act.reason}</p>
            </div>
          </li>
        ))}
      </ul>
      {list.hasNextPage && (
        <Button variant="default" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
          Show more
        </Button>
      )}
    </>
  );
}

function ActInRoom({ act }: { readonly act: ActView }) {
  const { what, by, name } = act;
  const isAboutMessage = what === 'hidden' || what === 'restored' || what === 'resolved';
  return (
    <p>
      {words[what]} {name !== null && !isAboutMessage && <bdi className={styles.author}>{name}</bdi>}
      <Until act={act} />{' '}
      <span className="soft">
        by <bdi>@{by}</bdi>, <Time within>{act.time}</Time>
      </span>{' '}
      <WhatMessage act={act} />
    </p>
  );
}

function ActOnYou({ act }: { readonly act: ActView }) {
  return (
    <p>
      {aboutYou[act.what]}
      <Until act={act} />{' '}
      <span className="soft">
        in #<bdi>{act.room}</bdi>, <Time within>{act.time}</Time>
      </span>{' '}
      <WhatMessage act={act} />
    </p>
  );
}

function Until({ act: { what, untilTime } }: { readonly act: ActView }) {
  if (untilTime === null || what === 'lifted') return null;
  return (
    <>
      {' '}
      until <time dateTime={untilTime}>{formatExactTime(untilTime)}</time>
    </>
  );
}

function WhatMessage({ act: { roomId, sequence } }: { readonly act: ActView }) {
  if (sequence === null) return null;
  return (
    <Link to="/chat/rooms/$roomId/at/$sequence" params={{ roomId, sequence: String(sequence) }}>
      The message
    </Link>
  );
}
