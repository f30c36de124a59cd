/** Enrolments: what lets one host in, once, for some time. */
import { newId } from '../../../base/ids.ts';
import { hostErrors } from '../../errors.ts';
import { ENROLMENTS, keys, type EnrolmentRow } from '../../records.ts';
import type { FleetAdmin, FleetDeps } from '../fleet-deps.ts';
import { isGenuine, readEnrolment, withMac } from '../hosts/genuine-rows.ts';
import type { HostPart } from '../report-schema.ts';
import { isSameHash, newEnrolmentToken, parseToken } from './tokens.ts';

export interface WantedEnrolment {
  readonly label: string;
  readonly with: readonly HostPart[];
  /** `null`: as the settings say. */
  readonly validMs: number | null;
  /** `null`: for any host that is not known. */
  readonly hostId: string | null;
}

/** That it was used, and by whom, can be read for so long after its end. */
const KEPT_MS = 30 * 86_400_000;
const MOST = 500;

/** `token` is the secret: shown once and kept nowhere. Throws `enrolments_too_many`. */
export async function makeEnrolment(
  deps: FleetDeps,
  { by, actorId, sessionId }: FleetAdmin,
  { label, with: parts, validMs, hostId }: WantedEnrolment,
): Promise<{ readonly row: EnrolmentRow; readonly token: string }> {
  const { records, clock, settings, audit, workspaceKey } = deps;
  const nowMs = clock();
  const waiting = (await listEnrolments(deps)).filter(({ used, untilMs }) => used === null && untilMs > nowMs);
  if (waiting.length >= MOST) throw hostErrors('enrolments_too_many', { attempted: 'Make an enrolment' });
  const enrolmentId = newId();
  const { text, secretHash } = newEnrolmentToken(enrolmentId);
  const row = withMac(workspaceKey, 'host-enrolment', {
    ...{ enrolmentId, secretHash, hostId, by },
    label: label.toWellFormed(),
    with: [...new Set(parts)],
    madeMs: nowMs,
    untilMs: nowMs + (validMs ?? settings.hostEnrolmentKeptMs),
    used: null,
    refused: 0,
    mac: '',
  });
  await records.transact([
    { op: 'put', ...keys.enrolment(enrolmentId), value: row, expiresAtMs: expiryOf(row), if: 'absent' },
    ...audit.operations({
      act: 'host_enrolment.made',
      actorId,
      sessionId,
      subjectIds: [enrolmentId],
      facts: { with: row.with.join(' '), untilMs: row.untilMs, hostId },
    }),
  ]);
  return { row, token: text };
}

/** The newest first. */
export async function listEnrolments({
  records,
  workspaceKey,
}: Pick<FleetDeps, 'records' | 'workspaceKey'>): Promise<readonly EnrolmentRow[]> {
  const { items } = await records.query<EnrolmentRow>(ENROLMENTS, { reverse: true, limit: 1000 });
  return items
    .filter(({ sk, value }) => isGenuine(workspaceKey, 'host-enrolment', value, sk))
    .map(({ value }) => value);
}

/** Nobody can use it from now on; a host that has used it stays. Throws `enrolment_not_found`. */
export async function withdrawEnrolment(
  deps: FleetDeps,
  { actorId, sessionId }: FleetAdmin,
  enrolmentId: string,
): Promise<void> {
  const found = await readEnrolment(deps, enrolmentId);
  if (!found) throw hostErrors('enrolment_not_found', { attempted: `Withdraw the enrolment ${enrolmentId}` });
  const act = { act: 'host_enrolment.withdrawn', actorId, sessionId, subjectIds: [enrolmentId] } as const;
  await deps.records.transact([{ op: 'delete', ...keys.enrolment(enrolmentId) }, ...deps.audit.operations(act)]);
}

/** The id of the enrolment that this token is for; whether it was used is seen when it is used. Throws `enrolment_invalid`. */
export async function authenticateEnrolment(deps: FleetDeps, token: string): Promise<string> {
  const parsed = parseToken('hfe_', token);
  const found = parsed && (await readEnrolment(deps, parsed.id));
  if (!parsed || !found || !isSameHash(found.row.secretHash, parsed.secretHash)) throw hostErrors('enrolment_invalid');
  // One that was used is refused as such, for as long as it is known.
  if (found.row.used === null && found.row.untilMs <= deps.clock()) throw hostErrors('enrolment_invalid');
  return parsed.id;
}

export function expiryOf({ untilMs }: Pick<EnrolmentRow, 'untilMs'>): number {
  return untilMs + KEPT_MS;
}
