/** The hosts there are, each with how it stands now. */
import { setImmediate as turn } from 'node:timers/promises';
import type { JsonObject, RecordItem, RecordStore } from '../../../storage/index.ts';
import { hostErrors } from '../../errors.ts';
import { HOSTS, HOSTS_NOW, keys, type HostRow, type NowRow } from '../../records.ts';
import type { HostSettings } from '../../settings.ts';
import type { HostState } from '../../wire.ts';
import type { FleetDeps } from '../fleet-deps.ts';
import { isGenuine, readHost } from './genuine-rows.ts';
import { scheduleOf } from './schedule.ts';

export interface KnownHost {
  readonly row: HostRow;
  /** `null`: it has not reported yet. */
  readonly now: NowRow | null;
  readonly state: HostState;
}

type Deps = Pick<FleetDeps, 'records' | 'workspaceKey' | 'clock' | 'settings'>;

/** In no order that means anything. */
export async function knownHosts(deps: Deps): Promise<readonly KnownHost[]> {
  const { records, workspaceKey } = deps;
  const nows = new Map<string, NowRow>();
  for await (const { sk, value } of everyRow<NowRow>(records, HOSTS_NOW)) nows.set(sk, value);
  const hosts: KnownHost[] = [];
  for await (const { sk, value } of everyRow<HostRow>(records, HOSTS)) {
    if (isGenuine(workspaceKey, 'host', value, sk)) hosts.push(knownHost(deps, value, nows.get(sk) ?? null));
  }
  return hosts;
}

/** Throws `host_not_found`. */
export async function hostOf(deps: Deps, hostId: string, attempted: string): Promise<KnownHost> {
  const isId = /^[0-9a-f]{32}$/.test(hostId);
  const row = isId ? (await readHost(deps, hostId))?.row : undefined;
  if (!row) throw hostErrors('host_not_found', { attempted });
  const { pk, sk } = keys.now(hostId);
  return knownHost(deps, row, (await deps.records.get<NowRow>(pk, sk))?.value ?? null);
}

function knownHost({ settings, clock }: Deps, row: HostRow, now: NowRow | null): KnownHost {
  return { row, now, state: stateOf(row, now, settings, clock()) };
}

/** What is a little late may be on its way. */
const GRACE_MS = 300_000;
const SILENT_FROM_MS = 3_600_000;

export function stateOf(row: HostRow, now: NowRow | null, settings: HostSettings, atMs: number): HostState {
  if (row.revokedMs !== null) return 'revoked';
  if (row.grant === null) return 'imported';
  // Whoever was enrolled anew has as long as one that has just reported, and so has one that never did.
  const quietMs = atMs - Math.max(now?.receivedMs ?? 0, row.enrolledMs);
  const { scanEveryMs } = scheduleOf(row, settings);
  if (quietMs > Math.max(3 * scanEveryMs, SILENT_FROM_MS)) return 'silent';
  if (now === null) return 'waiting';
  return quietMs > scanEveryMs + Math.max(scanEveryMs / 2, GRACE_MS) ? 'late' : 'reporting';
}

/** So many are read in a few hundredths of a second; then others have their turn. */
const ROWS_AT_ONCE = 200;

async function* everyRow<Row extends JsonObject>(records: RecordStore, pk: string): AsyncGenerator<RecordItem<Row>> {
  let after: string | undefined;
  do {
    const page = await records.query<Row>(pk, { limit: ROWS_AT_ONCE, ...(after === undefined ? {} : { after }) });
    yield* page.items;
    after = page.next;
    if (after !== undefined) await turn();
  } while (after !== undefined);
}
