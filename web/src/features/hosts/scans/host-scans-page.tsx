import { Button } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link, useParams, useSearch } from '@tanstack/react-router';
import { Time } from '../../../base/text/bits.tsx';
import { counted, formatCount } from '../../../base/text/format.ts';
import { ProblemNote } from '../../../base/requests/problem-note.tsx';
import { sections } from '../../../base/pages/sections.ts';
import { table } from '../../../base/lists/table.ts';
import { scansOptions, type ScanView } from '../api.ts';
import { fromTo } from '../fleet/filter.ts';
import { HardeningBar } from '../hardening-bar.tsx';
import styles from '../host/host-page.module.css';
import { IndexChart } from './index-chart.tsx';
import { ScanComparison } from './scan-comparison.tsx';

/** When the host was looked at and what came out; two can be held against each other. */
export function HostScansPage() {
  const { hostId } = useParams({ from: '/frame/security/hosts/$hostId' });
  const { from, to } = useSearch({ from: '/frame/security/hosts/$hostId/scans' });
  const list = useInfiniteQuery(scansOptions(hostId));
  const scans = list.data?.pages.flatMap((page) => page.scans) ?? [];
  return (
    <div className={`${sections.page} ${styles.page}`}>
      {list.error && <ProblemNote error={list.error} tried="List the scans" onRetry={() => void list.refetch()} />}
      {list.data && scans.length === 0 && <p>Each scan that saw something else than the one before will be here.</p>}
      {from !== undefined && to !== undefined && (
        <ScanComparison hostId={hostId} from={String(from)} to={String(to)} scans={scans} />
      )}
      {scans.length > 1 && <IndexChart scans={scans} />}
      {scans.length > 0 && (
        <div className={table.scroll}>
          <table className={table.table} aria-label="Scans">
            <thead>
              <tr>
                <th scope="col">When</th>
                <th scope="col">Hardening</th>
                <th scope="col" className={table.wide}>
                  Checks
                </th>
                <th scope="col" className={table.acts}>
                  <span className="hidden-text">What to do</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {scans.map((scan, at) => (
                <ScanRow key={scan.scanId} hostId={hostId} scan={scan} before={scans[at + 1]} />
              ))}
            </tbody>
          </table>
        </div>
      )}
      {list.hasNextPage && (
        <div className={sections.row}>
          <Button variant="default" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
            Show more
          </Button>
        </div>
      )}
    </div>
  );
}

interface ScanRowProps {
  readonly hostId: string;
  readonly scan: ScanView;
  readonly before: ScanView | undefined;
}

function ScanRow({ hostId, scan, before }: ScanRowProps) {
  const { scanId, startedTime, lastTime, scans, origin, index, coverage, counts } = scan;
  return (
    <tr>
      <td>
        <Time>{startedTime}</Time>
        <span className={table.under}>
          {scans > 1 && (
            <>
              {counted(scans, 'scan')} saw the same, the last <Time within>{lastTime}</Time>
            </>
          )}
          {origin === 'bundle' && ' carried here by hand'}
        </span>
        <span className={`${table.under} ${table.narrow}`}>
          <Counts counts={counts} />
        </span>
      </td>
      <td>
        <HardeningBar index={index} indexBefore={before?.index ?? null} coverage={coverage} />
      </td>
      <td className={table.wide}>
        <Counts counts={counts} />
      </td>
      <td className={table.acts}>
        {before && (
          <Link
            to="/security/hosts/$hostId/scans"
            params={{ hostId }}
            search={fromTo(before.scanId, scanId)}
            aria-label={`What changed in scan ${scanId}`}
          >
            What changed
          </Link>
        )}
      </td>
    </tr>
  );
}

function Counts({ counts: { right, wrong, not_looked_at: blind } }: Pick<ScanView, 'counts'>) {
  return (
    <>
      {formatCount(wrong)} wrong, {formatCount(right)} in order, {formatCount(blind)} not looked at
    </>
  );
}
