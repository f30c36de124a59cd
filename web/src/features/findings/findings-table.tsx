import { Link } from '@tanstack/react-router';
import { Name, Time } from '../../base/bits.tsx';
import { table } from '../../base/table.ts';
import { useRovingRows } from '../../base/use-roving-rows.ts';
import type { FindingSummary } from './api.ts';
import type { FindingsFilter } from './filter.ts';
import styles from './findings-table.module.css';
import { SeverityMark, StateMark, UnknownMark } from './marks.tsx';
import { sourceWords } from './words.ts';

export interface FindingsTableProps {
  readonly findings: readonly FindingSummary[];
  readonly filter: FindingsFilter;
}

/** One stop for the Tab key; arrows or j and k go through the rows, Enter opens one. */
export function FindingsTable({ findings, filter }: FindingsTableProps) {
  const rowProps = useRovingRows(findings.length);
  return (
    <div className={table.scroll}>
      <table className={table.table} aria-label="Findings">
        <thead>
          <tr>
            <th scope="col">Severity</th>
            <th scope="col">What</th>
            <th scope="col" className={table.wide}>
              Where
            </th>
            <th scope="col" className={table.wide}>
              Guard
            </th>
            <th scope="col" className={table.wide}>
              Last seen
            </th>
          </tr>
        </thead>
        <tbody>
          {findings.map(({ findingId, severity, verdict, state, title, check, resource, source, lastSeenTime }, at) => (
            <tr key={findingId} className={styles.row}>
              <td className={styles.severity}>
                <SeverityMark severity={severity} />
              </td>
              <td>
                <Link
                  to="/security/findings"
                  search={{ ...filter, finding: findingId }}
                  className={styles.title}
                  {...rowProps(at)}
                >
                  <bdi>{title}</bdi>
                </Link>
                <span className={table.under}>
                  <UnknownMark verdict={verdict} /> {state !== 'open' && <StateMark state={state} />}{' '}
                  <code>{check}</code>
                </span>
                <span className={`${table.under} ${table.narrow}`}>
                  <bdi>{resource.name}</bdi> · <Time within>{lastSeenTime}</Time>
                </span>
              </td>
              <td className={table.wide}>
                <Name>{resource.name}</Name>
                <bdi className={table.under}>
                  {[resource.type, resource.account, resource.region].filter(Boolean).join(' · ')}
                </bdi>
              </td>
              <td className={table.wide}>{sourceWords(source)}</td>
              <td className={`${table.wide} ${styles.time}`}>
                <Time>{lastSeenTime}</Time>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
