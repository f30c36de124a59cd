/** How the last look at each place went, and how far the one under way is. */
import { Button } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import IconAlertTriangle from '@tabler/icons-react/icons/IconAlertTriangle';
import { Time } from '../../base/text/bits.tsx';
import { counted, formatCount } from '../../base/text/format.ts';
import { keepAnswer } from '../../base/requests/keep-answer.ts';
import { ProblemNote } from '../../base/requests/problem-note.tsx';
import { type PlacesReply, placesOptions, type PlaceView, stopAudit } from './api.ts';
import styles from './buckets.module.css';
import { placeName } from './words.ts';

export function PlacesState({ places, running }: PlacesReply) {
  return (
    <div className={styles.places}>
      {running && <Running places={places} running={running} />}
      <ul className={styles.placeList} aria-label="Places">
        {places.map((place) => (
          <Place key={place.placeId} place={place} />
        ))}
      </ul>
    </div>
  );
}

function Place({ place }: { readonly place: PlaceView }) {
  const { last } = place;
  return (
    <li>
      <bdi className={styles.placeName}>{placeName(place)}</bdi>{' '}
      {last === null ? (
        <span className="soft">never looked at</span>
      ) : last.failure ? (
        <span className={styles.failure}>
          <IconAlertTriangle size={16} aria-hidden /> could not be looked at <Time within>{last.endedTime}</Time>:{' '}
          <bdi>
            {last.failure.title}
            {last.failure.detail === '' ? '.' : `: ${last.failure.detail}.`}
          </bdi>{' '}
          {last.failure.remedy} <code className="soft">{last.failure.code}</code>
        </span>
      ) : (
        <span className="soft">
          {counted(last.buckets, 'bucket')}, looked at <Time within>{last.endedTime}</Time>
          {last.probe ? ', as a stranger too' : ''}
        </span>
      )}
    </li>
  );
}

interface RunningProps {
  readonly places: readonly PlaceView[];
  readonly running: NonNullable<PlacesReply['running']>;
}

function Running({ places, running: { by, startedTime, placeIds, at, buckets } }: RunningProps) {
  const queries = useQueryClient();
  const stop = useMutation({
    mutationFn: stopAudit,
    onSuccess: (now) => keepAnswer(queries, placesOptions, now),
  });
  const now = places.find(({ placeId }) => placeId === placeIds[at]);
  const expected = now?.last && now.last.failure === null && placeIds.length === 1 ? now.last.buckets : null;
  const share = expected !== null && expected > 0 ? Math.min(1, buckets / expected) : at / placeIds.length;
  return (
    <div className={styles.running}>
      <div className={styles.runningWords} role="status">
        <span>
          Looking{now ? ' at ' : ''}
          {now && <bdi>{placeName(now)}</bdi>}: {formatCount(buckets)}
          {expected !== null && expected >= buckets ? ` of about ${formatCount(expected)}` : ''}{' '}
          {buckets === 1 ? 'bucket' : 'buckets'} so far
          {placeIds.length > 1 ? `, place ${Math.min(at + 1, placeIds.length)} of ${placeIds.length}` : ''}.{' '}
          <span className="soft">
            Begun by <bdi>{by}</bdi> <Time within>{startedTime}</Time>.
          </span>
        </span>
        <Button size="xs" variant="default" loading={stop.isPending} onClick={() => stop.mutate()}>
          Stop
        </Button>
      </div>
      <svg className={styles.progress} width="100%" height="8" aria-hidden>
        <rect width={`${share * 100}%`} height="8" />
      </svg>
      {stop.error && <ProblemNote error={stop.error} tried="Stop the look" />}
    </div>
  );
}
