/** One look at one account or store, as the verbs make it. */
import type { CommandContext } from '../../base/command.ts';
import { count } from '../../base/quantities.ts';
import type { FindingsPlace } from '../../findings/index.ts';
import type { FindingSummary } from '../../findings/wire.ts';
import { auditBuckets, type Audit, type AuditRequest } from '../auditing/audit.ts';
import { recordAudit } from '../auditing/record.ts';
import type { KnownFindings } from '../auditing/report.ts';
import { allChecks } from '../checks/registry.ts';
import { openAbilities } from '../facts/abilities.ts';
import { probeWrites } from '../fixes/probe-writes.ts';
import type { LocalGuard } from './guard.ts';
import { reportToServer } from './report-to-server.ts';
import type { ChosenPlace } from './where.ts';

/** Looks, and hands what was found to this computer's findings and to the server. */
export async function auditPlace(
  context: CommandContext,
  guard: LocalGuard,
  place: ChosenPlace,
  request: AuditRequest,
): Promise<Audit> {
  const audit = await lookAtPlace(context, guard, place, request);
  const all = request.checks.length === allChecks.length;
  const known = new Set((await knownFindings(guard.findings)).keys());
  const recorded = { audit, checks: all ? null : request.checks.map(({ id }) => id), known };
  await recordAudit(recorded, guard.sink);
  await reportToServer(context, recorded);
  return audit;
}

/** Looks, and tells nobody but the caller. */
export async function lookAtPlace(
  context: CommandContext,
  guard: LocalGuard,
  place: ChosenPlace,
  request: AuditRequest,
): Promise<Audit> {
  await using reader = await guard.openReader(place);
  const { scope } = reader.place;
  using progress = context.terminal.progress({ verb: 'Looking at buckets', totalBytes: 0, totalFiles: 0 });
  const audit = await auditBuckets(request, {
    reader,
    abilities: openAbilities(await guard.files.abilities(scope)),
    endpoint: place.endpoint,
    settings: guard.settings,
    clock: context.clock,
    signal: context.signal,
    keepRaw: (bucket, raw) => guard.files.keepRaw(scope, bucket, raw),
    onBucket: (name) => progress.file(name),
  });
  await guard.files.keepAbilities(scope, audit.abilities);
  const { sent, slowed } = reader.pace;
  const slow = slowed > 0 ? `, asked to slow down ${count(slowed, 'time')}` : '';
  context.terminal.note(`${scope}: ${count(sent, 'request')}${slow}`);
  return audit;
}

/** Tries out what the store does with what it is told, and keeps that for the looks to come. */
export async function probePlace(guard: LocalGuard, place: ChosenPlace): Promise<void> {
  await using reader = await guard.openReader(place);
  await using store = await guard.openWriter(place);
  const { scope } = reader.place;
  const abilities = openAbilities({ ...(await guard.files.abilities(scope)), ...(await probeWrites(store)) });
  await guard.files.keepAbilities(scope, abilities.all());
}

/** What this guard has found so far, whatever became of it. */
export async function knownFindings(place: FindingsPlace): Promise<KnownFindings> {
  const known = new Map<string, FindingSummary>();
  let after: string | undefined;
  do {
    const page = await place.list({ source: 'buckets', state: 'all', limit: 1000, after });
    for (const finding of page.findings) known.set(finding.findingId, finding);
    after = page.next;
  } while (after !== undefined);
  return known;
}
