/** A host comes with an enrolment, and gets a token of its own. */
import { hasCode } from '../../../base/errors.ts';
import type { RecordOperation } from '../../../storage/index.ts';
import { hostErrors } from '../../errors.ts';
import { keys, type EnrolmentRow, type HostRow, type NowRow } from '../../records.ts';
import { expiryOf } from './enrolments.ts';
import type { FleetDeps } from '../fleet-deps.ts';
import { readEnrolment, readHost, withMac, type Genuine } from '../hosts/genuine-rows.ts';
import type { EnrolBody, EnrolReply } from '../report-schema.ts';
import { scheduleOf } from '../hosts/schedule.ts';
import { hashOf, hostToken } from './tokens.ts';

/** Secrets that were good before, by which an older program learns that it was replaced. */
const EARLIER_KEPT = 8;
/** Attempts with a used enrolment that are noted, of each. */
const REFUSALS_NOTED = 3;
const ATTEMPTS = 8;

/**
 * Throws `enrolment_invalid`, `enrolment_used`, `enrolment_other_host`, `host_part_refused`, `host_known`; asked again with
 * the same key before anything was reported, it answers the same token once more.
 */
export async function enrolHost(deps: FleetDeps, enrolmentId: string, body: EnrolBody): Promise<EnrolReply> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await enrolOnce(deps, enrolmentId, {
        ...body,
        hostname: body.hostname.toWellFormed(),
        agentVersion: body.agentVersion.toWellFormed(),
      });
    } catch (error) {
      // Two came at once: the other one was first.
      if (!hasCode(error, 'record_conflict') || attempt === ATTEMPTS) throw error;
    }
  }
}

async function enrolOnce(deps: FleetDeps, enrolmentId: string, body: EnrolBody): Promise<EnrolReply> {
  const attempted = `Enrol ${body.hostname}`;
  const { clock, workspaceKey, records, settings } = deps;
  const found = await readEnrolment(deps, enrolmentId);
  if (!found) throw hostErrors('enrolment_invalid', { attempted });
  const { row: enrolment } = found;
  const keyHash = hashOf(body.enrolmentKey);
  if (enrolment.used) return await again(deps, found, body, keyHash);
  const nowMs = clock();
  if (enrolment.untilMs <= nowMs) throw hostErrors('enrolment_invalid', { attempted });
  if (enrolment.hostId !== null && enrolment.hostId !== body.hostId) {
    throw hostErrors('enrolment_other_host', { attempted });
  }
  const refused = body.with.filter((part) => !enrolment.with.includes(part));
  if (refused.length > 0) {
    throw hostErrors('host_part_refused', { attempted, detail: `it was made for ${enrolment.with.join(' and ')}` });
  }
  const known = await readHost(deps, body.hostId);
  if (known?.row.grant && known.row.revokedMs === null && enrolment.hostId !== body.hostId) {
    throw hostErrors('host_known', { attempted, detail: `the host ${body.hostId} reports already` });
  }
  const origin = { hostId: body.hostId, enrolmentId, enrolmentKeyHash: keyHash, generation: workspaceKey.generation };
  const token = hostToken(workspaceKey, origin);
  const host = hostRow(deps, enrolment, body, known?.row ?? null, { ...origin, secretHash: token.secretHash }, nowMs);
  const { hostId, hostname } = body;
  const used: EnrolmentRow = { ...enrolment, used: { atMs: nowMs, hostId, hostname, keyHash } };
  await records.transact([
    putEnrolment(deps, used, found.revision),
    { op: 'put', ...keys.host(hostId), value: host, if: known ? { revision: known.revision } : 'absent' },
    ...deps.audit.operations({
      act: 'host.enrolled',
      actorId: null,
      sessionId: null,
      subjectIds: [hostId, enrolmentId],
      facts: { with: host.with.join(' '), replaced: known !== null },
    }),
    deps.tell({ event: 'enrolled', hostId, hostname, enrolledBy: enrolment.by }),
  ]);
  return { token: token.text, hostId, schedule: scheduleOf(host, settings) };
}

/** It was used. The same host gets the same token again as long as it cannot have had it; all others are refused. */
async function again(
  deps: FleetDeps,
  { row: enrolment, revision }: Genuine<EnrolmentRow>,
  { hostId, hostname }: EnrolBody,
  keyHash: string,
): Promise<EnrolReply> {
  const { records, workspaceKey, settings, clock } = deps;
  const attempted = `Enrol ${hostname}`;
  const { used, enrolmentId } = enrolment;
  if (used?.hostId === hostId && used.keyHash === keyHash) {
    const host = (await readHost(deps, hostId))?.row;
    const now = await records.get<NowRow>(keys.now(hostId).pk, keys.now(hostId).sk);
    const isSilent = (now?.value.receivedMs ?? 0) < used.atMs;
    if (
      enrolment.untilMs > clock() &&
      host?.grant?.enrolmentId === enrolmentId &&
      host.revokedMs === null &&
      isSilent
    ) {
      const token = hostToken(workspaceKey, { hostId, ...host.grant });
      return { token: token.text, hostId, schedule: scheduleOf(host, settings) };
    }
    throw hostErrors('enrolment_used', { attempted });
  }
  if (used && enrolment.refused < REFUSALS_NOTED) {
    await records.transact([
      putEnrolment(deps, { ...enrolment, refused: enrolment.refused + 1 }, revision),
      ...deps.audit.operations({
        act: 'host_enrolment.refused',
        actorId: null,
        sessionId: null,
        subjectIds: [enrolmentId],
        facts: { hostId, usedBy: used.hostId },
      }),
      deps.tell({ event: 'enrolment_reused', enrolmentId, usedBy: used.hostname, triedBy: hostname }),
    ]);
  }
  throw hostErrors('enrolment_used', { attempted });
}

function putEnrolment(deps: FleetDeps, row: EnrolmentRow, revision: string): RecordOperation {
  const value = withMac(deps.workspaceKey, 'host-enrolment', row);
  return { op: 'put', ...keys.enrolment(row.enrolmentId), value, expiresAtMs: expiryOf(row), if: { revision } };
}

function hostRow(
  { workspaceKey }: FleetDeps,
  enrolment: EnrolmentRow,
  { hostId, hostname, with: parts }: EnrolBody,
  before: HostRow | null,
  { secretHash, enrolmentId, enrolmentKeyHash, generation }: NonNullable<HostRow['grant']>,
  nowMs: number,
): HostRow {
  const earlier = [...(before?.earlier ?? []), ...(before?.grant ? [before.grant.secretHash] : [])];
  return withMac(workspaceKey, 'host', {
    ...{ hostId, hostname },
    label: enrolment.label === '' ? (before?.label ?? '') : enrolment.label,
    with: [...new Set(parts)],
    scanEveryMs: before?.scanEveryMs ?? null,
    grant: { secretHash, enrolmentId, enrolmentKeyHash, generation },
    earlier: earlier.slice(-EARLIER_KEPT),
    enrolledMs: nowMs,
    revokedMs: null,
    mac: '',
  });
}
