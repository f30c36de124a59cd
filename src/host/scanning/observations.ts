/** What checks saw, as the observations that findings/ keeps. */
import { createHash } from 'node:crypto';
import { severities, type Evidence, type Observation, type Resource } from '../../findings/index.ts';
import type { Verdict } from '../running/answers.ts';
import type { HostSystem } from '../system/system.ts';
import type { Checked, HostScan } from './scan.ts';

/** What findings/ takes of one. */
const MOST_EVIDENCE = 32;
const MOST_EVIDENCE_TEXT = 1000;
const MOST_NAME = 900;
const MOST_PATH = 4096;
const MOST_REMEDY = 3000;

export function observationsOf({ checks, system }: HostScan, most: number): readonly Observation[] {
  return checks.flatMap((checked) => observationsOfCheck(checked, system, most));
}

export function observationsOfCheck(checked: Checked, system: HostSystem, most: number): readonly Observation[] {
  const byResource = Map.groupBy(checked.verdicts, resourceOf);
  const all = [...byResource].map(([resource, verdicts]) => observation(checked, system, resource, verdicts));
  const wrong = all.filter(({ verdict }) => verdict === 'fail');
  if (wrong.length <= most) return all;
  const left = wrong.toSorted((one, other) => severities.indexOf(one.severity) - severities.indexOf(other.severity));
  const kept = new Set(left.slice(0, most));
  const more = observation(checked, system, null, [
    { verdict: 'fail', severity: null, resource: '', evidence: `and ${left.length - most} more`, remedy: null },
  ]);
  return [...all.filter((each) => each.verdict !== 'fail' || kept.has(each)), more];
}

/** Ids of the checks that looked at all they are for: what they did not see is gone. */
export function wholeChecks({ checks }: HostScan): readonly string[] {
  return checks
    .filter(({ verdicts }) => !verdicts.some((each) => each.verdict === 'unknown'))
    .map(({ script }) => script.header.id);
}

function resourceOf(verdict: Verdict): string | null {
  return verdict.verdict === 'not_applicable' ? null : verdict.resource;
}

/** Of all that was said of one resource the worst counts. */
function observation(
  { script }: Checked,
  system: HostSystem,
  resource: string | null,
  verdicts: readonly Verdict[],
): Observation {
  const { id, title, severity, rationale, remedy, references, fix, isTested } = script.header;
  const failed = verdicts.filter((each) => each.verdict === 'fail');
  const worst = severities.find((each) => failed.some((one) => (one.severity ?? severity) === each)) ?? severity;
  const verdict =
    failed.length > 0
      ? 'fail'
      : ((verdicts.find((each) => each.verdict === 'unknown') ?? verdicts[0])?.verdict ?? 'unknown');
  const special = cut(failed.find((each) => each.remedy !== null)?.remedy ?? remedy, MOST_REMEDY);
  return {
    kind: isDetection(script.header.references) ? 'detection' : 'compliance',
    check: id,
    title,
    resource: resourceOn(system, resource),
    severity: worst,
    verdict,
    evidence: [...verdicts.flatMap(evidenceOf).slice(0, MOST_EVIDENCE - 1), ...(isTested ? [] : [UNTESTED])],
    rationale,
    remedy:
      fix === 'manual' || resource === null ? special : `${special} Or see what holdfast host fix ${id} would do.`,
    references,
  };
}

const UNTESTED: Evidence = { label: 'Note', value: 'This check was not yet run on a Windows machine.' };

/** What is known as an attack and stands in no benchmark is something that happened. */
function isDetection(references: Observation['references']): boolean {
  return (
    references.some(({ standard }) => standard === 'ATT&CK') &&
    references.every(({ standard }) => standard === 'ATT&CK')
  );
}

function evidenceOf(verdict: Verdict): readonly Evidence[] {
  const seen = (label: string, text: string | null): readonly Evidence[] =>
    text === null || text === '' ? [] : [{ label, value: cut(text, MOST_EVIDENCE_TEXT) }];
  switch (verdict.verdict) {
    case 'fail':
    case 'pass':
      return seen('Seen', verdict.evidence);
    case 'unknown':
      return seen('Not looked at', verdict.reason);
    case 'not_applicable':
      return seen('Not applicable', verdict.reason);
  }
}

/** `/etc/shadow`, `account:ada`, `process:/usr/bin/x`; `null` is the host as a whole. */
export function resourceOn({ hostId, hostname }: HostSystem, resource: string | null): Resource {
  const tags = { host: hostname };
  if (resource === null || resource === '') return { uid: `host/${hostId}`, type: 'host', name: hostname, tags };
  const isPath = resource.startsWith('/');
  const short = shortened(resource);
  return {
    uid: `host/${hostId}/${isPath ? short.slice(1) : short}`,
    type: isPath ? 'file' : (/^[a-z-]{1,32}(?=:)/.exec(resource)?.[0] ?? 'host'),
    name: `${hostname} ${short}`,
    ...(isPath ? { path: cut(resource, MOST_PATH) } : {}),
    tags,
  };
}

/** Long names differ by a hash of what was left out. */
function shortened(resource: string): string {
  if (resource.length <= MOST_NAME) return resource;
  const digest = createHash('sha256').update(resource).digest('hex').slice(0, 16);
  return `${resource.slice(0, MOST_NAME - 20)}…${digest}`;
}

function cut(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}
