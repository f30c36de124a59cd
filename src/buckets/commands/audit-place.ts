/** One look at one account or store, as the verbs make it. */
import { resolve } from 'node:path';
import type { CommandContext } from '../../base/commands/command.ts';
import { count } from '../../base/text/quantities.ts';
import { reportToServer } from '../../findings/commands.ts';
import { auditBuckets, type Audit, type AuditRequest } from '../auditing/audit.ts';
import { knownFindingsIn } from '../auditing/known-findings.ts';
import { recordAudit, runOf } from '../auditing/record.ts';
import { openAbilities } from '../facts/abilities.ts';
import { probeWrites } from '../fixes/probe-writes.ts';
import { NO_NAMES } from '../references/freed-names.ts';
import { namedInFiles } from '../references/in-files.ts';
import type { NamedBucket } from '../references/named-buckets.ts';
import type { LocalGuard } from './guard.ts';
import type { ChosenPlace } from './where.ts';

/** `probe`: each bucket is asked as a stranger would as well. `references`: files and folders that may name buckets. */
type LookedAtPlace = ChosenPlace & { readonly probe?: boolean; readonly references?: readonly string[] };

/** Looks, and hands what was found to this computer's findings and to the server. */
export async function auditPlace(
  context: CommandContext,
  guard: LocalGuard,
  place: LookedAtPlace,
  request: AuditRequest,
): Promise<Audit> {
  const audit = await lookAtPlace(context, guard, place, request);
  const known = new Set((await knownFindingsIn(guard.findings)).keys());
  const recorded = { audit, known };
  await recordAudit(recorded, guard.sink);
  await reportToServer(context, runOf(recorded));
  return audit;
}

/** Looks, and tells nobody but the caller. */
export async function lookAtPlace(
  context: CommandContext,
  guard: LocalGuard,
  place: LookedAtPlace,
  request: AuditRequest,
): Promise<Audit> {
  await using reader = await guard.openReader(place);
  const { scope } = reader.place;
  using progress = context.terminal.progress({ verb: 'Looking at buckets', totalBytes: 0, totalFiles: 0 });
  // Other stores show each of their users another list.
  const { canonicalId } = await reader.account(context.signal);
  const owner = reader.place.provider !== null ? '' : canonicalId.known ? ` ${canonicalId.value}` : null;
  const before = owner === null ? NO_NAMES : await guard.files.names(`${scope}${owner}`);
  const inFiles = await namedIn(
    place.references ?? [],
    [...Object.keys(before.freed), ...Object.keys(before.seen)],
    context,
    guard,
  );
  const audit = await auditBuckets(request, {
    ...{ reader, names: before, inFiles },
    abilities: openAbilities(await guard.files.abilities(scope)),
    endpoint: place.endpoint,
    settings: guard.settings,
    clock: context.clock,
    signal: context.signal,
    keepRaw: (bucket, raw) => guard.files.keepRaw(scope, bucket, raw),
    onBucket: (name) => progress.file(name),
    ...(place.probe === true ? { probing: guard.probing(place) } : {}),
  });
  await guard.files.keepAbilities(scope, audit.abilities);
  if (audit.complete && owner !== null) await guard.files.keepNames(`${scope}${owner}`, audit.names);
  const { sent, slowed } = reader.pace;
  const slow = slowed > 0 ? `, asked to slow down ${count(slowed, 'time')}` : '';
  context.terminal.note(`${scope}: ${count(sent, 'request')}${slow}`);
  return audit;
}

async function namedIn(
  references: readonly string[],
  known: readonly string[],
  context: CommandContext,
  { settings }: LocalGuard,
): Promise<readonly NamedBucket[]> {
  if (references.length === 0) return [];
  const paths = references.map((path) => resolve(context.workingFolder, path));
  const { named, files, leftOut } = await namedInFiles(paths, {
    ...{ known, signal: context.signal },
    ...{ largest: settings.bucketsReferenceFileBytes, most: settings.bucketsReferenceFiles },
  });
  const names = new Set(named.map(({ name }) => name)).size;
  context.terminal.note(`${count(files, 'file')}: ${count(names, 'bucket')} named`);
  if (leftOut.length > 0) context.terminal.warn(`Too large to be looked through: ${leftOut.slice(0, 5).join(', ')}`);
  return named;
}

/** Tries out what the store does with what it is told, and keeps that for the looks to come. */
export async function probePlace(guard: LocalGuard, place: ChosenPlace): Promise<void> {
  await using reader = await guard.openReader(place);
  await using store = await guard.openWriter(place);
  const { scope } = reader.place;
  const abilities = openAbilities({ ...(await guard.files.abilities(scope)), ...(await probeWrites(store)) });
  await guard.files.keepAbilities(scope, abilities.all());
}
