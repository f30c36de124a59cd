import { Link } from '@tanstack/react-router';
import { Foreign } from '../../../base/text/bits.tsx';
import { counted, formatCount } from '../../../base/text/format.ts';
import { useQuery } from '@tanstack/react-query';
import { hostOptions } from '../../hosts/api.ts';
import { nameOf } from '../../hosts/words.ts';
import type { SensorView } from '../api.ts';
import { Moment } from '../bits.tsx';
import type { RangeSearch } from '../range.ts';
import { leftOutWords, sensorKind, sensorName, sensorNameWithin } from '../words.ts';
import styles from './live.module.css';

export interface SensorsProps {
  readonly sensors: readonly SensorView[];
  readonly range: RangeSearch;
}

/** Who watched, when, and what of it nobody saw: figures are as good as that. */
export function Sensors({ sensors, range }: SensorsProps) {
  return (
    <section className={styles.part}>
      <h2>Who watched</h2>
      {sensors.length === 0 && (
        <p>Nobody watched in this time: that nothing is shown says nothing about the network.</p>
      )}
      <ul className={styles.sensors} aria-label="Who watched">
        {sensors.map((each) => (
          <li key={each.sensor}>
            <p>
              <Link to="/security/network/flows" search={{ ...range, sensor: each.sensor }}>
                <SensorName sensor={each.sensor} />
              </Link>{' '}
              <span className="soft">
                · <Moment>{each.from}</Moment> to <Moment>{each.to}</Moment> · {counted(each.packets, 'packet')}
              </span>
            </p>
            <Lost sensor={each} />
          </li>
        ))}
      </ul>
    </section>
  );
}

/** A host has the name that people gave it; who may not be known any more keeps its id. */
export function SensorName({ sensor, within = false }: { readonly sensor: string; readonly within?: boolean }) {
  if (sensorKind(sensor) === 'host') return <HostName hostId={sensor} />;
  return <Foreign>{within ? sensorNameWithin(sensor) : sensorName(sensor)}</Foreign>;
}

function HostName({ hostId }: { readonly hostId: string }) {
  const { data } = useQuery({ ...hostOptions(hostId), refetchInterval: false, retry: false });
  return <Foreign>{data ? nameOf(data) : sensorName(hostId)}</Foreign>;
}

function Lost({ sensor: { packets, dropped, leftOut } }: { readonly sensor: SensorView }) {
  const reasons = Object.entries(leftOut).filter(([, count]) => count > 0);
  const share = (100 * dropped) / Math.max(packets + dropped, 1);
  return (
    <>
      {dropped > 0 && (
        <p className={styles.lost}>
          {counted(dropped, 'packet')} lost on the way (
          {share < 0.1 ? 'less than 0.1' : formatCount(Math.round(share * 10) / 10)} %): the figures are too small by
          them, and something may have passed unseen.
        </p>
      )}
      {reasons.map(([reason, count]) => {
        const { what, about } = leftOutWords(reason);
        return (
          <p key={reason} className="soft">
            {counted(count, 'packet')} {count === 1 ? 'is' : 'are'} in no flow: <Foreign>{what}</Foreign>. {about}
          </p>
        );
      })}
    </>
  );
}
