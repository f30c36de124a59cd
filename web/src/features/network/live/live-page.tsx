import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import IconReport from '@tabler/icons-react/icons/IconReport';
import { useState } from 'react';
import { formatCount, formatDuration, formatSize } from '../../../base/text/format.ts';
import { ProblemNote } from '../../../base/requests/problem-note.tsx';
import { sections } from '../../../base/pages/sections.ts';
import { usePageTitle } from '../../../base/pages/use-page-title.ts';
import { WorstAlerts } from '../alerts/worst-alerts.tsx';
import { type NetworkOverview, overviewOptions, reportAddress } from '../api.ts';
import { Moment } from '../bits.tsx';
import { rangeFrom, type RangeSearch, timeOf } from '../range.ts';
import { RangePicker } from '../range-picker.tsx';
import styles from './live.module.css';
import { NothingWatches, QuietTime } from './no-flows.tsx';
import { Sensors } from './sensors.tsx';
import { TalkersTable } from './talkers-table.tsx';
import { Timeline } from './timeline.tsx';
import type { Measure } from './timeline-shape.ts';

/** What crosses the wire now, or did in some other time. */
export function LivePage() {
  usePageTitle('Network');
  const navigate = useNavigate();
  const range = rangeFrom(useSearch({ from: '/frame/security/network/' }));
  const [measure, setMeasure] = useState<Measure>('bytes');
  const { data, error, refetch } = useQuery(overviewOptions(range));
  const show = (search: RangeSearch): void => void navigate({ to: '/security/network', search });
  if (data && isEmpty(data)) {
    return (
      <div className={sections.page}>
        <NothingWatches />
      </div>
    );
  }
  return (
    <div className={`${sections.page} ${styles.page}`}>
      <div className={sections.head}>
        <RangePicker range={range} onRange={show} />
        <Button
          component="a"
          href={reportAddress(range)}
          download
          variant="default"
          leftSection={<IconReport size={16} aria-hidden />}
        >
          Report of this time
        </Button>
      </div>
      {error && <ProblemNote error={error} tried="See what crosses the wire" onRetry={() => void refetch()} />}
      {data && (
        <>
          {data.timeline.every(({ flows }) => flows === 0) ? (
            <QuietTime usage={data.usage} onRange={show} />
          ) : (
            <Timeline
              overview={data}
              measure={measure}
              onMeasure={setMeasure}
              onTime={(from, to) => show({ from: timeOf(from), to: timeOf(to) })}
            />
          )}
          <div className={styles.columns}>
            <WorstAlerts counts={data.alerts} range={range} />
            <Sensors sensors={data.sensors} range={range} />
          </div>
          <div className={styles.thirds}>
            <TalkersTable title="Top talkers" by="address" talkers={data.talkers} range={range} />
            <TalkersTable title="Protocols" by="service" talkers={data.services} range={range} />
            <TalkersTable title="Ports" by="port" talkers={data.ports} range={range} />
          </div>
          <Kept usage={data.usage} />
        </>
      )}
    </div>
  );
}

function isEmpty({ usage, sensors }: NetworkOverview): boolean {
  return usage.flows === 0 && sensors.length === 0;
}

function Kept({ usage: { flows, bytes, oldest, mostBytes, keptMs } }: { readonly usage: NetworkOverview['usage'] }) {
  return (
    <p className="soft">
      Stored: {formatCount(flows)} flows in {formatSize(bytes)}
      {oldest !== null && (
        <>
          , the oldest of <Moment>{oldest}</Moment>
        </>
      )}
      . What was stored more than {formatDuration(keptMs)} ago goes, and the oldest of what is beyond{' '}
      {formatSize(mostBytes)}.
    </p>
  );
}
