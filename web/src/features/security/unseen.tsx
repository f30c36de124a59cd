import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Time } from '../../base/text/bits.tsx';
import { counted } from '../../base/text/format.ts';
import { ProblemNote } from '../../base/requests/problem-note.tsx';
import { placesOptions } from '../buckets/api.ts';
import { placeName } from '../buckets/words.ts';
import { totalsOptions } from '../findings/api.ts';
import { severities } from '../findings/words.ts';
import { FRESH_MS, worstOptions } from './api.ts';
import styles from './overview.module.css';
import { UnseenHosts } from './unseen-hosts.tsx';
import { UnseenNetwork } from './unseen-network.tsx';
import { WorstList } from './worst-list.tsx';

/** What stands in no answer above. Not knowing is never the same as safe. */
export function Unseen() {
  const totals = useQuery({ ...totalsOptions, refetchInterval: FRESH_MS });
  const known = useQuery(placesOptions);
  const blind = useQuery(worstOptions({ verdict: 'unknown' }));
  const error = totals.error ?? known.error ?? blind.error;
  const open = totals.data?.open;
  const unknown = open ? severities.reduce((sum, severity) => sum + open[severity].unknown, 0) : 0;
  return (
    <section className={styles.unseen}>
      <h2>What could not be looked at, and why</h2>
      {error && <ProblemNote error={error} tried="See what could not be looked at" />}
      {totals.data && known.data && blind.data && (
        <p className="soft">
          Of what is known here, each thing that could not be looked at stands below; where none does, there was none.
        </p>
      )}
      <ul className={styles.left}>
        <UnseenNetwork />
        {known.data?.places.length === 0 && (
          <li>
            Buckets: this server was given none to look at. <Link to="/security/buckets">How it is given some</Link>
          </li>
        )}
        {known.data?.places.map((place) => {
          const { placeId, last } = place;
          if (last?.failure === null) return null;
          return (
            <li key={placeId}>
              <bdi>{placeName(place)}</bdi>:{' '}
              {last?.failure ? (
                <>
                  <bdi>{last.failure.title}</bdi>, <Time within>{last.endedTime}</Time>.{' '}
                  <bdi className="soft">{last.failure.remedy}</bdi>
                </>
              ) : (
                'never looked at.'
              )}
            </li>
          );
        })}
        <UnseenHosts />
        {unknown > 0 && (
          <li>
            <Link to="/security/findings" search={{ verdict: 'unknown' }}>
              {counted(unknown, 'check')}
            </Link>{' '}
            could not look at what {unknown === 1 ? 'it is' : 'they are'} for:
          </li>
        )}
      </ul>
      {blind.data && <WorstList findings={blind.data} label="Not looked at" />}
    </section>
  );
}
