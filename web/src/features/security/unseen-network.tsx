import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { counted } from '../../base/text/format.ts';
import { overviewOptions } from '../network/api.ts';
import { SensorName } from '../network/live/sensors.tsx';
import { sensorKind, unseenPackets } from '../network/words.ts';
import { FRESH_MS } from './api.ts';

/** Of the last day: that nobody watched, or what passed by those who did. */
export function UnseenNetwork() {
  const { data } = useQuery({ ...overviewOptions({}), refetchInterval: FRESH_MS });
  if (!data) return null;
  const live = data.sensors.filter(({ sensor }) => sensorKind(sensor) !== 'upload');
  if (live.length === 0) {
    return (
      <li>
        The network: nothing watched it in the last day. <Link to="/security/network">How to watch it</Link>
      </li>
    );
  }
  return live.map((each) => {
    const unseen = unseenPackets(each);
    if (each.dropped === 0 && unseen === 0) return null;
    return (
      <li key={each.sensor}>
        The network, seen by <SensorName sensor={each.sensor} within />:{' '}
        {[
          ...(each.dropped > 0 ? [`${counted(each.dropped, 'packet')} lost on the way`] : []),
          ...(unseen > 0 ? [`${counted(unseen, 'packet')} could not be read`] : []),
        ].join(', ')}
        .
      </li>
    );
  });
}
