/** Who is muted or banned in a room just now. */
import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import IconUserOff from '@tabler/icons-react/icons/IconUserOff';
import { Time } from '../../../base/text/bits.tsx';
import { Empty } from '../../../base/pages/empty.tsx';
import { formatExactTime } from '../../../base/text/format.ts';
import { ProblemNote } from '../../../base/requests/problem-note.tsx';
import { sections } from '../../../base/pages/sections.ts';
import { rulesOptions } from './api.ts';
import type { Moderating } from './moderating.ts';
import styles from './moderation.module.css';

export interface RestrictionsProps {
  readonly roomId: string;
  readonly onModerate: (moderating: Moderating) => void;
}

export function Restrictions({ roomId, onModerate }: RestrictionsProps) {
  const rules = useQuery(rulesOptions(roomId));
  const inForce = rules.data?.restrictions ?? [];
  return (
    <>
      <div className={sections.row}>
        <Button variant="default" onClick={() => onModerate({ act: 'restrict', whom: null })}>
          Mute, ban or kick somebody…
        </Button>
      </div>
      {rules.error && (
        <ProblemNote error={rules.error} tried="Show who is muted or banned" onRetry={() => void rules.refetch()} />
      )}
      {rules.data && inForce.length === 0 && (
        <Empty icon={<IconUserOff size={40} stroke={1.3} />} title="Nobody is muted or banned">
          <p>Who is will be here until it ends by itself, or somebody lifts it.</p>
        </Empty>
      )}
      <ul className={styles.list} aria-label="Muted or banned">
        {inForce.map((restriction) => {
          const { restrictionId, what, name, visitor, untilTime, reason, time } = restriction;
          return (
            <li key={restrictionId} className={styles.entry}>
              <div className={styles.words}>
                <p>
                  <bdi className={styles.author}>{name}</bdi>{' '}
                  {visitor && <span className={sections.mark}>visitor</span>}{' '}
                  {what === 'mute' ? 'is muted' : 'is banned'} until{' '}
                  <time dateTime={untilTime}>{formatExactTime(untilTime)}</time>
                </p>
                <p className="soft">
                  Since <Time within>{time}</Time>: <bdi>{reason}</bdi>
                </p>
              </div>
              <Button
                size="compact-sm"
                variant="default"
                aria-label={`Lift what holds for ${name}`}
                onClick={() => onModerate({ act: 'lift', restriction })}
              >
                Lift…
              </Button>
            </li>
          );
        })}
      </ul>
    </>
  );
}
