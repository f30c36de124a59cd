import { Link } from '@tanstack/react-router';
import { Name, Time } from '../../../base/text/bits.tsx';
import { SortableHead } from '../../../base/lists/sortable-head.tsx';
import type { Sorting } from '../../../base/lists/sorted-list.ts';
import { table } from '../../../base/lists/table.ts';
import { useRovingRows } from '../../../base/lists/use-roving-rows.ts';
import { visible } from '../../../base/text/visible.ts';
import type { HostSummary } from '../api.ts';
import { HardeningBar } from '../hardening-bar.tsx';
import { shownColumns } from './hosts-columns.ts';
import styles from '../hosts.module.css';
import { HostStateMark, OpenCounts } from '../marks.tsx';
import { nameOf } from '../words.ts';

/** One stop for the Tab key; arrows or j and k go through the rows, Enter opens one. */
export function HostsTable({ hosts, ...sorting }: { readonly hosts: readonly HostSummary[] } & Sorting) {
  const rowProps = useRovingRows(hosts.length);
  return (
    <div className={table.scroll}>
      <table className={table.table} aria-label="Hosts">
        <SortableHead columns={shownColumns} {...sorting} />
        <tbody>
          {hosts.map((host, at) => (
            <tr key={host.hostId} className={styles.row}>
              <td className={styles.nameCell}>
                <Link
                  to="/security/hosts/$hostId"
                  params={{ hostId: host.hostId }}
                  className={styles.name}
                  {...rowProps(at)}
                >
                  <Name>{nameOf(host)}</Name>
                </Link>
                <bdi className={table.under}>{visible(host.osName)}</bdi>
                <span className={`${table.under} ${table.narrow}`}>
                  <HardeningBar {...host} />
                </span>
                <span className={`${table.under} ${table.narrow}`}>
                  <OpenCounts {...host} />
                </span>
                <span className={`${table.under} ${table.narrow}`}>
                  <HostStateMark state={host.state} />
                  {host.lastReportTime !== null && (
                    <>
                      {' · '}
                      <Time within>{host.lastReportTime}</Time>
                    </>
                  )}
                </span>
              </td>
              <td className={`${table.wide} ${styles.indexCell}`}>
                <HardeningBar {...host} />
              </td>
              <td className={table.wide}>
                <OpenCounts {...host} />
                {host.worst[0] && (
                  <bdi className={`${table.under} ${styles.worst}`}>
                    {host.worst.map(({ title }) => visible(title)).join(' · ')}
                  </bdi>
                )}
              </td>
              <td className={`${table.wide} ${styles.time}`}>
                {host.lastReportTime === null ? (
                  <span className="soft">Never</span>
                ) : (
                  <Time>{host.lastReportTime}</Time>
                )}
              </td>
              <td className={`${table.wide} ${styles.time}`}>
                <HostStateMark state={host.state} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
