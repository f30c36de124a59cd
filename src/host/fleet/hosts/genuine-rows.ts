/** Rows that say who may report: what this workspace did not write is not there. */
import type { JsonObject } from '../../../storage/index.ts';
import { keys, type EnrolmentRow, type HostRow } from '../../records.ts';
import type { FleetDeps, FleetKey } from '../fleet-deps.ts';

type Kind = 'host' | 'host-enrolment';
type Place = { readonly pk: string; readonly sk: string };

export interface Genuine<Row> {
  readonly row: Row;
  readonly revision: string;
}

export function withMac<Row extends JsonObject>(
  workspaceKey: FleetKey,
  kind: Kind,
  row: Row,
): Row & { readonly mac: string } {
  const { mac: _, ...fields } = row;
  return { ...row, mac: workspaceKey.mac(kind, fields) };
}

export function isGenuine(workspaceKey: FleetKey, kind: Kind, value: JsonObject, id: string): boolean {
  const { mac, ...fields } = value;
  const named = kind === 'host' ? fields['hostId'] : fields['enrolmentId'];
  return named === id && workspaceKey.verifyMac(kind, fields, mac);
}

export const readHost = (deps: Deps, hostId: string) => read<HostRow>(deps, 'host', keys.host(hostId));
export const readEnrolment = (deps: Deps, enrolmentId: string) =>
  read<EnrolmentRow>(deps, 'host-enrolment', keys.enrolment(enrolmentId));

type Deps = Pick<FleetDeps, 'records' | 'workspaceKey'>;

async function read<Row extends JsonObject>(
  { records, workspaceKey }: Deps,
  kind: Kind,
  { pk, sk }: Place,
): Promise<Genuine<Row> | null> {
  const item = await records.get<Row>(pk, sk);
  if (!item || !isGenuine(workspaceKey, kind, item.value, sk)) return null;
  return { row: item.value, revision: item.revision };
}
