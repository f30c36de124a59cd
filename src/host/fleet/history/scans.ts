/** Scans over time, and what is different between two. */
import type { Finding } from '../../../findings/index.ts';
import { hostErrors } from '../../errors.ts';
import { keys, numberIn, rowsOf, scanKey, SCANS, type LastRow, type ScanRow } from '../../records.ts';
import { changesBetween, POINTS, type HardeningChange, type Scored } from '../../scanning/hardening.ts';
import { namedCheck, type Catalogue, type NamedCheck } from '../checks/catalogue.ts';
import type { FleetDeps } from '../fleet-deps.ts';
import { placeOfHost } from '../found/place.ts';
import { outcomesIn, type CheckOutcome } from './outcomes-text.ts';

type Deps = Pick<FleetDeps, 'records' | 'findings'> & { readonly catalogue: () => Catalogue };

/** The newest first. `after` is the number of the scan before which the page starts. Throws `host_scan_not_found`. */
export async function listScans(
  { records }: Pick<Deps, 'records'>,
  hostId: string,
  { after, limit }: { readonly after?: string | undefined; readonly limit: number },
): Promise<{ readonly scans: readonly ScanRow[]; readonly next?: string }> {
  if (after !== undefined && !/^[1-9][0-9]{0,8}$/.test(after)) throw hostErrors('host_scan_not_found');
  const start = after === undefined ? {} : { after: scanKey(hostId, Number(after)).sk };
  const page = await records.query<ScanRow>(rowsOf(hostId), { prefix: SCANS, reverse: true, limit, ...start });
  return {
    scans: page.items.map(({ value }) => value),
    ...(page.next === undefined ? {} : { next: String(numberIn(page.next)) }),
  };
}

/** Throws `host_scan_not_found`. */
export async function scanOf({ records }: Pick<Deps, 'records'>, hostId: string, number: number): Promise<ScanRow> {
  const { pk, sk } = scanKey(hostId, number);
  const row = (await records.get<ScanRow>(pk, sk))?.value;
  if (!row) throw hostErrors('host_scan_not_found', { attempted: `Show scan ${number} of the host ${hostId}` });
  return row;
}

/** How checks are called that this release does not have. */
export async function ownNames(
  { records }: Pick<Deps, 'records'>,
  hostId: string,
): Promise<ReadonlyMap<string, NamedCheck>> {
  const { pk, sk } = keys.last(hostId);
  const last = (await records.get<LastRow>(pk, sk))?.value;
  return new Map(last?.checks.flatMap(({ id, own }) => (own === null ? [] : [[id, own]])));
}

export interface ScansCompared {
  readonly from: ScanRow;
  readonly to: ScanRow;
  readonly checks: readonly HardeningChange[];
  readonly came: readonly Finding[];
  readonly went: readonly Finding[];
}

/** Of each; what is beyond that is found in the list of findings. */
const MOST_FINDINGS = 1000;
/** Histories that are read beside each other. */
const READ_AT_ONCE = 50;

/** Throws `host_scan_not_found`. */
export async function compareScans(deps: Deps, hostId: string, from: number, to: number): Promise<ScansCompared> {
  const [one, other, own] = await Promise.all([
    scanOf(deps, hostId, from),
    scanOf(deps, hostId, to),
    ownNames(deps, hostId),
  ]);
  const scored = ({ outcomes }: ScanRow): readonly Scored[] =>
    outcomesIn(outcomes).map(({ id, outcome }: CheckOutcome) => {
      const { title, severity } = namedCheck(deps.catalogue(), id, own.get(id) ?? null);
      return { check: id, title, outcome, points: POINTS[severity] };
    });
  const came: Finding[] = [];
  const went: Finding[] = [];
  const [early, late] = [Math.min(one.notedMs, other.notedMs), Math.max(one.notedMs, other.notedMs)];
  const compareSome = async (some: readonly Finding[]): Promise<void> => {
    const times = [one.notedMs, other.notedMs];
    const wrong = await Promise.all(some.map(({ findingId }) => deps.findings.wasWrong(findingId, times)));
    for (const [place, finding] of some.entries()) {
      const [before = false, after = false] = wrong[place] ?? [];
      if (after && !before && came.length < MOST_FINDINGS) came.push(finding);
      if (before && !after && went.length < MOST_FINDINGS) went.push(finding);
    }
  };
  let some: Finding[] = [];
  for await (const finding of deps.findings.ofPlace(placeOfHost(hostId))) {
    // It was the same in both, or is younger than both.
    if (finding.changedMs <= early || finding.firstSeenMs > late) continue;
    some.push(finding);
    if (some.length < READ_AT_ONCE) continue;
    await compareSome(some);
    some = [];
    if (came.length === MOST_FINDINGS && went.length === MOST_FINDINGS) break;
  }
  await compareSome(some);
  return { from: one, to: other, checks: changesBetween(scored(one), scored(other)), came, went };
}
