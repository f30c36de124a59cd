import { formatCount, formatSize } from '../../../base/text/format.ts';
import { table } from '../../../base/lists/table.ts';
import type { Talker } from '../api.ts';
import type { RangeSearch } from '../range.ts';
import styles from './live.module.css';
import { type TalkerBy, TalkerName } from './talker-name.tsx';

const byWords: Readonly<Record<TalkerBy, string>> = { address: 'Address', service: 'Protocol', port: 'Port' };

export interface TalkersTableProps {
  readonly title: string;
  readonly by: TalkerBy;
  readonly talkers: readonly Talker[];
  readonly range: RangeSearch;
}

/** Who or what had most, with a bar beside each number. */
export function TalkersTable({ title, by, talkers, range }: TalkersTableProps) {
  const most = talkers.reduce((top, { bytes }) => Math.max(top, bytes), 0);
  return (
    <section className={styles.part}>
      <h2>{title}</h2>
      {talkers.length === 0 ? (
        <p className="soft">Nothing in this time.</p>
      ) : (
        <div className={table.scroll}>
          <table className={table.table} aria-label={title}>
            <thead>
              <tr>
                <th scope="col">{byWords[by]}</th>
                <th scope="col" className={styles.amount}>
                  Bytes
                </th>
                <th scope="col" className={styles.amount}>
                  Flows
                </th>
              </tr>
            </thead>
            <tbody>
              {talkers.map((talker) => (
                <tr key={talker.name}>
                  <td>
                    <TalkerName by={by} name={talker.name} range={range} />
                    <svg className={styles.share} width="100%" height="4" aria-hidden>
                      <rect width={most === 0 ? 0 : `${(100 * talker.bytes) / most}%`} height="4" />
                    </svg>
                  </td>
                  <td className={styles.amount}>{formatSize(talker.bytes)}</td>
                  <td className={styles.amount}>{formatCount(talker.flows)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}
