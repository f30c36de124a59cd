import { Link } from '@tanstack/react-router';
import { Time } from '../../../base/text/bits.tsx';
import { table } from '../../../base/lists/table.ts';
import { useRovingRows } from '../../../base/lists/use-roving-rows.ts';
import { visible } from '../../../base/text/visible.ts';
import type { FindingSummary } from '../../findings/api.ts';
import { SeverityMark, StateMark, UnknownMark } from '../../findings/marks.tsx';
import type { HostFindingsSearch } from './findings-search.ts';
import styles from '../hosts.module.css';

export interface HostFindingsTableProps {
  readonly findings: readonly FindingSummary[];
  readonly hostId: string;
  readonly narrowed: HostFindingsSearch;
}

/** One stop for the Tab key; arrows or j and k go through the rows, Enter opens one beside the list. */
export function HostFindingsTable({ findings, hostId, narrowed }: HostFindingsTableProps) {
  const rowProps = useRovingRows(findings.length);
  return (
    <div className={table.scroll}>
      <table className={table.table} aria-label="Findings of this host">
        <thead>
          <tr>
            <th scope="col">Severity</th>
            <th scope="col">What</th>
            <th scope="col" className={table.wide}>
              First seen
            </th>
          </tr>
        </thead>
        <tbody>
          {findings.map(({ findingId, severity, verdict, state, title, check, resource, firstSeenTime }, at) => (
            <tr key={findingId} className={styles.row}>
              <td className={styles.indexCell}>
                <SeverityMark severity={severity} />
              </td>
              <td>
                <Link
                  to="/security/hosts/$hostId/findings"
                  params={{ hostId }}
                  search={{ ...narrowed, finding: findingId }}
                  className={styles.name}
                  {...rowProps(at)}
                >
                  <bdi>{visible(title)}</bdi>
                </Link>
                <span className={table.under}>
                  <UnknownMark verdict={verdict} /> {state !== 'open' && <StateMark state={state} />}{' '}
                  <code>{check}</code>
                  {resource.path !== undefined && (
                    <>
                      {' · '}
                      <bdi>{visible(resource.path)}</bdi>
                    </>
                  )}
                </span>
              </td>
              <td className={`${table.wide} ${styles.time}`}>
                <Time>{firstSeenTime}</Time>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
