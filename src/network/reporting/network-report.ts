import { severities, type Observation } from '../../findings/index.ts';
import type { NoticeRecord } from '../records/notice-record.ts';
import type { FlowStore, RangeQuery, SensorView, StoreUsage, Talker, TimelinePoint } from '../store/flow-store.ts';
import { likelyNext, type LikelyNext } from './likely-next.ts';
import { alertObservation } from './observations.ts';

/** What crossed the wire in a range of time, what of it was wrong, and what could not be looked at. */
export interface NetworkReport {
  readonly range: RangeQuery;
  readonly usage: StoreUsage;
  readonly timeline: readonly TimelinePoint[];
  readonly talkers: readonly Talker[];
  readonly services: readonly Talker[];
  readonly ports: readonly Talker[];
  /** Worst first, and of the same severity the last raised. */
  readonly alerts: readonly NoticeRecord[];
  /** False: there were more alerts than are in here. */
  readonly isWhole: boolean;
  readonly sensors: readonly SensorView[];
  readonly next: readonly LikelyNext[];
}

const TOP = 10;
const POINTS = 24;
const MOST_ALERTS = 1000;

export async function gatherReport(store: FlowStore, range: RangeQuery): Promise<NetworkReport> {
  const talkers = (by: 'address' | 'port' | 'service') => store.talkers({ ...range, by, limit: TOP });
  const [usage, timeline, addresses, services, ports, sensors, page] = await Promise.all([
    ...([store.usage(), store.timeline({ ...range, points: POINTS })] as const),
    ...([talkers('address'), talkers('service'), talkers('port'), store.sensors(range)] as const),
    store.notices({ ...range, limit: MOST_ALERTS }),
  ]);
  const rank = ({ severity }: NoticeRecord): number => severities.indexOf(severity);
  const alerts = page.notices.toSorted((one, other) => rank(one) - rank(other) || other.last - one.last);
  return {
    ...{ range, usage, timeline, talkers: addresses, services, ports, alerts, sensors },
    ...{ isWhole: page.next === null, next: await likelyNext(store, range, alerts) },
  };
}

/** Alerts, and what could not be looked at, as findings are told. */
export function reportObservations({ alerts, sensors, range }: NetworkReport): readonly Observation[] {
  return [...alerts.map(alertObservation), ...unseen(sensors, range)];
}

const LEFT_OUT: Readonly<Record<string, string>> = {
  notIp: 'were neither IP nor ARP',
  cut: 'were cut short before their ports',
  malformed: 'had lengths that cannot be',
  lostFragments: 'were fragments whose first never came',
  unknownLink: 'were of a kind of link that is not understood',
  tooDeep: 'were in tunnels too deep to look into',
};

/** What lowers the trust in all the rest: packets that nobody saw, and sensors that saw a part of the time. */
function unseen(sensors: readonly SensorView[], range: RangeQuery): readonly Observation[] {
  const unknown = (sensor: string, title: string, seen: string): Observation => ({
    ...{ kind: 'detection', check: 'network-coverage', verdict: 'unknown', severity: 'medium', title },
    resource: { uid: `sensor/${sensor}`, type: 'sensor', name: sensor },
    evidence: [{ label: 'seen', value: seen }],
    rationale: 'What was not seen cannot have raised an alert.',
    remedy: 'Give the capture more memory (HOLDFAST_NETWORK_BUFFER_KIB), a filter, or a larger snap length.',
    references: [],
  });
  if (sensors.length === 0)
    return [unknown('none', 'Nobody captured anything in this time', 'no sensor told of any packet')];
  return sensors.flatMap(({ sensor, packets, dropped, leftOut, from, to }) => {
    const all = packets + dropped;
    const share = (part: number): string => `${part.toLocaleString('en-US')} of ${all.toLocaleString('en-US')} packets`;
    const hours = ((to - from) / 3600).toFixed(1);
    const wanted = ((range.to - range.from) / 3600).toFixed(1);
    const grave = Object.entries(leftOut).filter(([reason, count]) => reason !== 'notIp' && count > 0);
    return [
      ...(dropped > 0 ? [unknown(sensor, 'Packets were dropped before anybody saw them', share(dropped))] : []),
      ...grave.map(([reason, count]) => unknown(sensor, `Packets ${LEFT_OUT[reason] ?? 'made no flow'}`, share(count))),
      ...(to - from < (range.to - range.from) / 2
        ? [unknown(sensor, 'It was looked at for less than half of the time', `${hours} of ${wanted} hours`)]
        : []),
    ];
  });
}
