/** What an archive brought back of a host without an agent, carried here by an admin, is taken as a report of that host. */
import { hasCode } from '../../../base/errors.ts';
import { timestamp } from '../../../base/clock.ts';
import { readResult, type HostResult } from '../../bundle/read-result.ts';
import { hostErrors } from '../../errors.ts';
import { keys, type HostRow } from '../../records.ts';
import { hostReportOf } from '../../reporting/host-report.ts';
import type * as wire from '../../wire.ts';
import type { FleetAdmin } from '../fleet-deps.ts';
import { readHost, withMac } from '../hosts/genuine-rows.ts';
import { takeReport, type IntakeDeps } from './take-report.ts';

const ATTEMPTS = 8;

/** Throws `host_result_invalid`, `host_result_cut_off`, `host_result_too_large`; then nothing was taken. */
export async function importResult(deps: IntakeDeps, who: FleetAdmin, file: Buffer): Promise<wire.ImportReply> {
  const checks = [...deps.catalogue().values()];
  const result = await readResult(file, checks, deps.settings);
  const { scan, facts, startedMs, otherChecks, unknownChecks } = result;
  const { hostId, platform } = scan.system;
  const made = scan.checks.map(({ script }) => script.header.id);
  const isAll = checks.every(({ header }) => header.platform !== platform || made.includes(header.id));
  const { report, parts } = hostReportOf({
    ...{ scan, facts, startedMs, origin: 'bundle', mostOfACheck: deps.settings.hostFindingsOfACheck },
    reportId: reportIdOf(result),
    selection: isAll ? 'all' : made,
  });
  await noteHost(deps, who, hostId, report.system.hostname);
  await takeReport(deps, hostId, {
    ...report,
    sentTime: timestamp(deps.clock()),
    ...(parts.facts ? { facts: parts.facts } : {}),
    ...(parts.firewall ? { firewall: parts.firewall } : {}),
  });
  return {
    ...{ hostId, hostname: report.system.hostname },
    otherChecks: [...otherChecks],
    unknownChecks: [...unknownChecks],
  };
}

/** A UUIDv7 (RFC 9562) of the look itself: the same file carried here again changes nothing. */
function reportIdOf({ startedMs, resultId }: Pick<HostResult, 'startedMs' | 'resultId'>): string {
  const time = startedMs.toString(16).padStart(12, '0');
  const random = `7${resultId.slice(0, 3)}-a${resultId.slice(3, 6)}-${resultId.slice(6, 18)}`;
  return `${time.slice(0, 8)}-${time.slice(8)}-${random}`;
}

/** A host that nobody has enrolled is known from now on, without a token. */
async function noteHost(deps: IntakeDeps, who: FleetAdmin, hostId: string, hostname: string): Promise<void> {
  const { records, workspaceKey, clock, audit } = deps;
  const { actorId, sessionId } = who;
  for (let attempt = 1; ; attempt += 1) {
    const known = await readHost(deps, hostId);
    const row: HostRow = withMac(workspaceKey, 'host', {
      ...{ hostId, hostname, label: '', with: ['host'], scanEveryMs: null, grant: null, earlier: [] },
      ...{ enrolledMs: clock(), revokedMs: null, mac: '' },
    });
    try {
      await records.transact([
        ...(known ? [] : [{ op: 'put', ...keys.host(hostId), value: row, if: 'absent' } as const]),
        ...audit.operations({ act: 'host.imported', actorId, sessionId, subjectIds: [hostId] }),
      ]);
      return;
    } catch (error) {
      if (!hasCode(error, 'record_conflict') || attempt === ATTEMPTS) throw error;
    }
  }
}

/** The whole of a file that is being sent. Throws `host_result_too_large` at the byte that is too many. */
export async function fileFrom(stream: AsyncIterable<Uint8Array>, mostBytes: number): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of stream) {
    bytes += piece.byteLength;
    if (bytes > mostBytes) throw hostErrors('host_result_too_large', { attempted: 'Take the result of a host' });
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}
