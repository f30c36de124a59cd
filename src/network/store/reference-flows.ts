import type { ProtocolRecord } from '../records/log-records.ts';
import { isLogged, type KeptFlow, servedPort } from '../records/logged-flow.ts';
import type { NoticeRecord } from '../records/notice-record.ts';
import type { FlowBatch } from './flow-batch.ts';
import type { FlowQuery, NoticeQuery, RangeQuery, SensorView, StoredFlow, Talker, TalkersBy } from './flow-store.ts';
import { uidWords } from './sqlite/segments/uid-words.ts';

/** A store that looks at each flow: slow, and plain enough to be right. */
export function referenceFlows(batches: readonly FlowBatch[]) {
  const all = batches.flatMap(({ conn, sensor }) => conn.map((each): StoredFlow => ({ ...each, sensor })));
  const logs = batches.flatMap((batch) => batch.logs.map((record) => ({ record, sensor: batch.sensor })));

  const inRange = ({ ts }: { ts: number }, { from, to }: RangeQuery): boolean => ts >= from && ts < to;
  const ofSensor = (sensor: string, query: RangeQuery): boolean =>
    query.sensor === undefined || query.sensor === sensor;

  function fits(record: KeptFlow | ProtocolRecord, { address, peer, port, proto }: FlowQuery): boolean {
    const ends = [record['id.orig_h'], record['id.resp_h']];
    const [one, other] = [address ?? peer, address === undefined ? undefined : peer];
    const isEnd =
      one === undefined ||
      (other === undefined
        ? ends.includes(one)
        : (ends[0] === one && ends[1] === other) || (ends[0] === other && ends[1] === one));
    const isPort = port === undefined || record['id.orig_p'] === port || record['id.resp_p'] === port;
    return isEnd && isPort && (proto === undefined || record.proto === proto);
  }

  const has = (text: string | undefined, part: string): boolean =>
    text?.toLowerCase().includes(part.toLowerCase()) ?? false;

  return {
    flows(query: FlowQuery): readonly StoredFlow[] {
      const { service, state, text } = query;
      return all
        .filter((flow) => inRange(flow, query) && ofSensor(flow.sensor, query) && fits(flow, query))
        .filter((flow) => service === undefined || (flow.service?.split(',').includes(service) ?? false))
        .filter((flow) => state === undefined || flow.conn_state === state)
        .filter((flow) => text === undefined || textsOf(flow).some((each) => has(each, text)))
        .toSorted((a, b) => b.ts - a.ts || compareWords(b.uid, a.uid));
    },
    logs(kind: string, query: FlowQuery): readonly ProtocolRecord[] {
      return logs
        .filter(({ record, sensor }) => record.log === kind && inRange(record, query) && ofSensor(sensor, query))
        .filter(({ record }) => fits(record, query))
        .filter(({ record }) => query.text === undefined || hasAnyText(record, query.text.toLowerCase()))
        .map(({ record }) => record);
    },
    notices(query: NoticeQuery): readonly NoticeRecord[] {
      const newest = new Map<string, NoticeRecord>();
      for (const { notices, sensor } of batches) {
        if (!ofSensor(sensor, query)) continue;
        for (const notice of notices) {
          const key = `${sensor} ${notice.key}`;
          if ((newest.get(key)?.last ?? -Infinity) <= notice.last) newest.set(key, notice);
        }
      }
      return Array.from(newest.values())
        .filter(({ first, last }) => last >= query.from && first < query.to)
        .filter(({ severity }) => query.severity === undefined || severity === query.severity)
        .filter(({ note }) => query.note === undefined || note === query.note)
        .filter(({ src, dst }) => query.address === undefined || src === query.address || dst === query.address)
        .filter(({ note, msg }) => query.text === undefined || has(note, query.text) || has(msg, query.text))
        .toSorted((a, b) => b.last - a.last || (a.key < b.key ? -1 : 1));
    },
    talkers(range: RangeQuery, by: TalkersBy): readonly Talker[] {
      const sums = new Map<string, Talker>();
      for (const flow of all) {
        if (!inRange(flow, range) || !ofSensor(flow.sensor, range)) continue;
        for (const name of new Set(namesOf(flow, by))) {
          const known = sums.get(name) ?? { name, flows: 0, packets: 0, bytes: 0 };
          sums.set(name, {
            ...{ name, flows: known.flows + 1, packets: known.packets + flow.orig_pkts + (flow.resp_pkts ?? 0) },
            bytes: known.bytes + flow.orig_ip_bytes + (flow.resp_ip_bytes ?? 0),
          });
        }
      }
      return Array.from(sums.values()).toSorted((a, b) => b.bytes - a.bytes || (a.name < b.name ? -1 : 1));
    },
    timeline(range: RangeQuery & { readonly points: number }) {
      const width = (range.to - range.from) / range.points;
      const points = Array.from({ length: range.points }, (_, index) => ({
        ...{ ts: range.from + index * width, flows: 0, packets: 0, bytes: 0, notices: 0 },
      }));
      const at = (seconds: number) => points[Math.max(0, Math.floor((seconds - range.from) / width))];
      for (const flow of all) {
        const point = inRange(flow, range) ? at(flow.ts) : undefined;
        if (!point) continue;
        point.flows += 1;
        point.packets += flow.orig_pkts + (flow.resp_pkts ?? 0);
        point.bytes += flow.orig_ip_bytes + (flow.resp_ip_bytes ?? 0);
      }
      for (const { last } of this.notices({ ...range, limit: Infinity })) {
        const point = last < range.to ? at(last) : undefined;
        if (point) point.notices += 1;
      }
      return points;
    },
    sensors(): readonly SensorView[] {
      const names = [...new Set(batches.map(({ sensor }) => sensor))].toSorted();
      return names.map((sensor) => {
        const coverages = batches.filter((batch) => batch.sensor === sensor).map(({ coverage }) => coverage);
        const sum = (value: (of: (typeof coverages)[number]) => number): number =>
          coverages.reduce((total, each) => total + value(each), 0);
        return {
          sensor,
          from: Math.min(...coverages.map(({ from }) => from)),
          to: Math.max(...coverages.map(({ to }) => to)),
          packets: sum(({ packets }) => packets),
          dropped: sum(({ dropped }) => dropped),
          leftOut: { cut: sum(({ leftOut }) => leftOut['cut'] ?? 0) },
        };
      });
    },
  };
}

function textsOf(flow: StoredFlow): readonly (string | undefined)[] {
  if (isLogged(flow)) return [flow.action, flow.interface_id];
  return [flow.service, flow.process, flow.user];
}

function namesOf(flow: StoredFlow, by: TalkersBy): readonly string[] {
  if (by === 'address') return [flow['id.orig_h'], flow['id.resp_h']];
  if (by === 'service') return flow.service?.split(',') ?? ['-'];
  return flow.proto === 'tcp' || flow.proto === 'udp' ? [`${servedPort(flow)}/${flow.proto}`] : [];
}

function hasAnyText(record: ProtocolRecord, part: string): boolean {
  return Object.values(record)
    .flat()
    .some((value: unknown) => typeof value === 'string' && value.toLowerCase().includes(part));
}

/** Flows of one moment are in the order of their uids, as a store sees them. */
function compareWords(a: string, b: string): number {
  const [first, second] = [uidWords(a).words, uidWords(b).words];
  for (const [index, word] of first.entries()) if (word !== second[index]) return word - second[index]!;
  return 0;
}
