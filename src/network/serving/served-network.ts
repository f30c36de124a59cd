/** The network in a server, in the words of wire.ts. Who may call what is decided where it is called from. */
import type { AuditTrail } from '../../base/audit-event.ts';
import { type Clock, timestamp } from '../../base/clock.ts';
import type { HostHolder } from '../../base/http/access.ts';
import type { Log } from '../../base/log.ts';
import type { DetectingPlace } from '../detecting/index.ts';
import { networkErrors } from '../errors.ts';
import type { NoticeRecord } from '../records/notice-record.ts';
import type { NetworkSettings } from '../settings.ts';
import type { FlowBatch } from '../store/flow-batch.ts';
import type { FlowStore, NoticeQuery, RangeQuery } from '../store/flow-store.ts';
import type * as wire from '../wire.ts';
import { movedBack } from './moved-back.ts';
import { clockOffsets } from './clock-offsets.ts';
import { checkBatch } from './check-batch.ts';
import { openUploads, type UploadActor } from './uploads.ts';

export interface ServedNetworkDeps {
  readonly store: FlowStore;
  readonly settings: NetworkSettings;
  /** For captures that are uploaded; a host that captures has its own. */
  readonly addressFiles: Pick<DetectingPlace, 'blockLists' | 'addressDatabases'>;
  /** Hears of what came with batches of hosts and uploads, after it was stored. What it throws is the caller's. */
  readonly onNotices: (sensor: string, notices: readonly NoticeRecord[]) => Promise<void>;
  readonly audit: Pick<AuditTrail<unknown>, 'note'>;
  readonly clock: Clock;
  readonly log: Log;
}

export interface ServedNetwork {
  readonly store: FlowStore;
  overview(range: wire.NetworkRange): Promise<wire.NetworkOverview>;
  flows(query: wire.FlowsQuery): Promise<wire.FlowsReply>;
  flow(uid: string): Promise<wire.FlowReply>;
  logs(kind: wire.ProtocolLog, query: wire.FlowsQuery): Promise<wire.LogsReply>;
  source(address: string, range: wire.NetworkRange): Promise<wire.SourceReply>;
  alerts(query: wire.AlertsQuery): Promise<wire.AlertsReply>;
  talkers(query: wire.TalkersQuery): Promise<wire.TalkersReply>;
  timeline(query: wire.TimelineQuery): Promise<wire.TimelineReply>;
  /** Throws `flows_of_another_host`, `flows_batch_invalid`, and what the store throws. */
  /** `sentMs`: by the clock of the host; `null`: it did not say. */
  take(host: HostHolder, batch: FlowBatch, sentMs: number | null): Promise<wire.BatchReply>;
  /** Throws what `signal` was aborted with as well. */
  upload(
    who: UploadActor,
    name: string,
    body: AsyncIterable<Uint8Array>,
    signal: AbortSignal,
  ): Promise<wire.CaptureReply>;
  readonly range: (range: wire.NetworkRange) => RangeQuery;
}

const DAY_MS = 86_400_000;
/** Alerts are counted at once: each page of them goes through all that there are. */
const OVERVIEW = { points: 120, talkers: 10, alerts: 100_000 };
const DEFAULT_LIMIT = 100;

export function serveNetwork(deps: ServedNetworkDeps): ServedNetwork {
  const { store, settings, clock, onNotices } = deps;
  const range = (query: wire.NetworkRange): RangeQuery => rangeOf(query, clock());
  const upload = openUploads(deps);
  const offsetOf = clockOffsets(settings.networkClockOffMs);
  return {
    store,
    range,
    async overview(query) {
      const within = range(query);
      const talkers = (by: 'address' | 'port' | 'service') => store.talkers({ ...within, by, limit: OVERVIEW.talkers });
      const [timeline, addresses, ports, services, alerts, sensors, usage] = await Promise.all([
        store.timeline({ ...within, points: OVERVIEW.points }),
        talkers('address'),
        talkers('port'),
        talkers('service'),
        alertsBySeverity(store, within),
        store.sensors(within),
        store.usage(),
      ]);
      return {
        fromTime: timestamp(within.from * 1000),
        toTime: timestamp(within.to * 1000),
        timeline: [...timeline],
        talkers: [...addresses],
        ports: [...ports],
        services: [...services],
        alerts,
        sensors: sensors.map(({ leftOut, ...sensor }) => ({ ...sensor, leftOut: { ...leftOut } })),
        usage: { ...usage, mostBytes: settings.networkStoreBytes, keptMs: settings.networkKeptMs },
        uploadBytes: settings.networkCaptureBytes,
      };
    },
    async flows({ from, to, limit = DEFAULT_LIMIT, ...query }) {
      const { flows, next } = await store.flows({ ...query, ...range({ ...query, ...given(from, to) }), limit });
      return { flows: [...flows], next };
    },
    async flow(uid) {
      const view = await store.flow(uid);
      if (!view) throw networkErrors('flow_not_found', { attempted: `Show the flow ${uid}` });
      return { conn: view.conn, logs: [...view.logs], notices: [...view.notices] };
    },
    async logs(kind, { from, to, limit = DEFAULT_LIMIT, ...query }) {
      const { records, next } = await store.logs(kind, { ...query, ...range({ ...query, ...given(from, to) }), limit });
      return { records: [...records], next };
    },
    async source(address, query) {
      const view = await store.source(address, range(query));
      return {
        ...view,
        peers: [...view.peers],
        ports: [...view.ports],
        logins: [...view.logins],
        notices: [...view.notices],
        story: view.story.map((step) => ({ ...step, uids: [...step.uids] })),
      };
    },
    async alerts({ from, to, limit = DEFAULT_LIMIT, ...query }) {
      const wanted: NoticeQuery = { ...query, ...range({ ...query, ...given(from, to) }), limit };
      const { notices, next } = await store.notices(wanted);
      return { alerts: [...notices], next };
    },
    async talkers({ by = 'address', limit = 20, ...query }) {
      return { talkers: [...(await store.talkers({ ...range(query), by, limit }))] };
    },
    async timeline({ points = OVERVIEW.points, ...query }) {
      return { timeline: [...(await store.timeline({ ...range(query), points }))] };
    },
    async take(host, batch, sentMs) {
      const attempted = `Take the batch ${batch.id}`;
      if (batch.sensor !== host.hostId) throw networkErrors('flows_of_another_host', { attempted });
      const nowMs = clock();
      const offsetMs = sentMs === null ? 0 : offsetOf(host.hostId, sentMs - nowMs);
      const isOff = offsetMs !== 0;
      // Shifted first, so that a clock that is a day ahead is mended and not refused; what it shifts is checked as it came.
      checkBatch(batch, (nowMs + offsetMs) / 1000);
      const taken = isOff ? movedBack(batch, offsetMs / 1000) : batch;
      const isNew = await store.add(taken);
      if (isNew && isOff)
        deps.log.info({ sensor: batch.sensor, offsetMs }, 'A clock is wrong: times of flows were moved');
      if (taken.notices.length > 0) await onNotices(taken.sensor, taken.notices);
      return { id: batch.id, ...(isOff ? { clockOffsetMs: offsetMs } : {}) };
    },
    upload,
  };
}

function given(from: string | undefined, to: string | undefined): wire.NetworkRange {
  return { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) };
}

/** The last day, where nothing is said. Throws `flows_query_invalid`. */
function rangeOf({ from, to, sensor }: wire.NetworkRange, nowMs: number): RangeQuery {
  const toMs = to === undefined ? nowMs : Date.parse(to);
  const fromMs = from === undefined ? toMs - DAY_MS : Date.parse(from);
  if (!(fromMs < toMs)) {
    throw networkErrors('flows_query_invalid', { detail: '“from” has to lie before “to”' });
  }
  return { from: fromMs / 1000, to: toMs / 1000, ...(sensor === undefined ? {} : { sensor }) };
}

async function alertsBySeverity(store: FlowStore, range: RangeQuery): Promise<wire.NetworkOverview['alerts']> {
  const counts = { critical: 0, high: 0, medium: 0, low: 0, info: 0 };
  for (let cursor: string | null | undefined; cursor !== null;) {
    const { notices, next } = await store.notices({ ...range, limit: OVERVIEW.alerts, cursor });
    for (const { severity } of notices) counts[severity] += 1;
    cursor = next;
  }
  return counts;
}
