import { Link } from '@tanstack/react-router';
import { Name } from '../../base/text/bits.tsx';
import { formatCount } from '../../base/text/format.ts';
import { table } from '../../base/lists/table.ts';
import { useRovingRows } from '../../base/lists/use-roving-rows.ts';
import { SeveritySign } from '../findings/marks.tsx';
import { severities, severityWords } from '../findings/words.ts';
import type { BucketView, PlaceView } from './api.ts';
import styles from './buckets.module.css';
import { VerdictMark } from './verdict-mark.tsx';
import { placeName } from './words.ts';

export interface BucketsTableProps {
  readonly buckets: readonly BucketView[];
  readonly places: readonly PlaceView[];
}

/** One stop for the Tab key; arrows or j and k go through the rows, Enter opens one. */
export function BucketsTable({ buckets, places }: BucketsTableProps) {
  const rowProps = useRovingRows(buckets.length);
  const names = new Map(places.map((place) => [place.placeId, placeName(place)]));
  return (
    <div className={table.scroll}>
      <table className={table.table} aria-label="Buckets">
        <thead>
          <tr>
            <th scope="col" className={table.wide}>
              Who gets in
            </th>
            <th scope="col">Bucket</th>
            <th scope="col" className={table.wide}>
              Why
            </th>
            <th scope="col" className={table.wide}>
              Wrong
            </th>
          </tr>
        </thead>
        <tbody>
          {buckets.map((each, at) => (
            <tr key={each.bucketId} className={styles.row}>
              <td className={`${table.wide} ${styles.verdictCell}`}>
                <VerdictMark verdict={each.verdict} />
              </td>
              <td className={styles.nameCell}>
                <Link
                  to="/security/buckets/$bucketId"
                  params={{ bucketId: each.bucketId }}
                  className={styles.name}
                  {...rowProps(at)}
                >
                  <Name>{each.bucket}</Name>
                </Link>
                <bdi className={table.under}>
                  {[each.region, names.get(each.placeId)].filter((word) => word != null).join(' · ')}
                </bdi>
                <span className={`${table.under} ${table.narrow}`}>
                  <VerdictMark verdict={each.verdict} />
                  <span className={styles.whyNarrow}>{each.why}</span>
                  <Counts bucket={each} />
                </span>
              </td>
              <td className={`${table.wide} ${styles.why}`}>
                <bdi>{each.why}</bdi>
              </td>
              <td className={`${table.wide} ${styles.countsCell}`}>
                <Counts bucket={each} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** How much is wrong, by how bad it is; a sign beside each number, and its word for who cannot see it. */
function Counts({ bucket: { severities: by, notLookedAt } }: { readonly bucket: BucketView }) {
  const wrong = severities.filter((severity) => by[severity] > 0);
  return (
    <span className={styles.severities}>
      {wrong.length === 0 && notLookedAt === 0 && <span className="soft">Nothing</span>}
      {wrong.map((severity) => (
        <span key={severity} className={styles.severity} title={severityWords[severity]}>
          <SeveritySign severity={severity} />
          {formatCount(by[severity])}
          <span className="hidden-text"> {severityWords[severity].toLowerCase()}, </span>
        </span>
      ))}
      {notLookedAt > 0 && <span className="soft">{formatCount(notLookedAt)} not looked at</span>}
    </span>
  );
}
