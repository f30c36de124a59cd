/** What a report says, held against itself: nothing is believed that follows from something else in it. */
import { hash } from 'node:crypto';
import { findingId, isProblem, type Observation } from '../../../findings/index.ts';
import { hostErrors } from '../../errors.ts';
import type { LastCheck } from '../../records.ts';
import type { Outcome } from '../../scanning/hardening.ts';
import type { Catalogue } from '../checks/catalogue.ts';
import type { HostReport } from '../report-schema.ts';

export interface ReadCheck extends Omit<LastCheck, 'sinceMs'> {
  /** It looked at all: what it did not see is gone. */
  readonly isWhole: boolean;
  readonly observations: readonly Observation[];
}

export interface ReadReport {
  readonly checks: readonly ReadCheck[];
  /** By the clock of the host, in ms. */
  readonly startedMs: number;
  readonly sentMs: number;
  readonly wrong: number;
}

/** Throws `report_invalid`, `report_of_another_host`. */
export function readReport(report: HostReport, catalogue: Catalogue): ReadReport {
  const attempted = `Take the report ${report.reportId}`;
  const refuse = (detail: string) => hostErrors('report_invalid', { attempted, detail });
  const [startedMs, sentMs] = [Date.parse(report.startedTime), Date.parse(report.sentTime)];
  if (!Number.isSafeInteger(startedMs) || !Number.isSafeInteger(sentMs)) throw refuse('it has a time that is none');
  const ids = new Set(report.checks.map(({ id }) => id));
  if (ids.size !== report.checks.length) throw refuse('it names a check twice');
  const whole = new Set(report.whole);
  const unknown = [...whole, ...report.observations.map(({ check }) => check)].find((id) => !ids.has(id));
  if (unknown !== undefined) throw refuse(`${unknown} is none of the checks that it made`);
  const own = `host/${report.hostId}`;
  for (const { resource } of report.observations) {
    if (resource.uid === own || resource.uid.startsWith(`${own}/`)) continue;
    throw hostErrors('report_of_another_host', { attempted, detail: 'an observation names another host' });
  }
  const byCheck = Map.groupBy(report.observations, ({ check }) => check);
  const checks = report.checks.map(({ id, title, severity, outcome, why }): ReadCheck => {
    const observations = byCheck.get(id) ?? [];
    const isWhole = whole.has(id);
    return {
      id,
      own: catalogue.has(id) ? null : { title, severity },
      outcome: outcomeOf(outcome, observations),
      why,
      isWhole,
      observations,
      digest: digestOf(isWhole, observations),
    };
  });
  return {
    checks,
    startedMs,
    sentMs,
    wrong: report.observations.filter(({ verdict }) => verdict === 'fail').length,
  };
}

/** As scanning/hardening.ts goes by verdicts. */
function outcomeOf(said: Outcome, observations: readonly Observation[]): Outcome {
  const has = (verdict: string): boolean => observations.some((each) => each.verdict === verdict);
  if (observations.some(({ verdict, severity }) => verdict === 'fail' && severity !== 'info')) return 'wrong';
  if (has('unknown')) return 'not_looked_at';
  if (has('fail') || has('pass')) return 'right';
  // Without an observation only what earns nothing can be said.
  return said === 'not_looked_at' ? said : 'not_applicable';
}

function digestOf(isWhole: boolean, observations: readonly Observation[]): string {
  const text = observations.map((each) => JSON.stringify(each)).toSorted();
  return hash('sha256', JSON.stringify([isWhole, ...text]), 'base64url').slice(0, 16);
}

/** Those that are right or do not apply, by their ids as findings. */
export function harmlessIds(observations: readonly Observation[]): readonly string[] {
  return observations.filter(({ verdict }) => !isProblem(verdict)).map(findingId);
}
