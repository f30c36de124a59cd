/** What is made of what a check said: nothing is right that was not looked at as a whole. */
import type { Applies, CheckHeader } from '../checks/header.ts';
import type { ProbeName } from '../probes/probe-names.ts';
import type { Probed } from '../probes/probes.ts';
import type { Verdict } from '../running/answers.ts';
import type { Ran } from '../running/run-check.ts';

/** A check that goes by a package needs the list of them. */
export function needsOf(header: CheckHeader): readonly ProbeName[] {
  const isForPackage = header.applies.some(({ kind }) => kind === 'package');
  return isForPackage && !header.probes.includes('packages') ? [...header.probes, 'packages'] : header.probes;
}

/** Of a check that was not started. */
export function verdictWithout(header: CheckHeader, why: 'not_applicable' | 'needs_root'): Verdict {
  if (why === 'needs_root') return cannot(`only ${rootName(header)} can look`);
  const names = header.applies.map(nameOf);
  return { verdict: 'not_applicable', reason: `there is no ${names.join(' and no ')}` };
}

/** `needed`: what became of the probes that it goes by. */
export function honestVerdicts(
  header: CheckHeader,
  ran: Pick<Ran, 'outcome' | 'verdicts'>,
  needed: readonly Probed[],
  isRoot: boolean,
): readonly Verdict[] {
  const verdicts = [...ran.verdicts];
  if (ran.outcome === 'timed_out') verdicts.push(cannot(`it was not done after ${header.timeoutMs / 1000} s`));
  if (ran.outcome === 'broke_off') verdicts.push(cannot('the check broke off'));
  if (verdicts.length === 0) verdicts.push(cannot('the check said nothing'));
  const missing = [
    ...needed.flatMap(({ probe, why }) => (why === null ? [] : [`${probe}: ${why}`])),
    ...(header.needsRoot === 'partly' && !isRoot
      ? [`only ${rootName(header)} can look at ${header.rootFor ?? 'all of it'}`]
      : []),
  ];
  if (missing.length === 0) return verdicts;
  const kept = verdicts.filter(({ verdict }) => verdict !== 'pass');
  const isSaid = kept.some((each) => each.verdict === 'unknown' && each.resource === null);
  return kept.length === verdicts.length || isSaid ? kept : [...kept, cannot(missing.join('; '))];
}

function nameOf(applies: Applies): string {
  switch (applies.kind) {
    case 'linux':
      return 'Linux';
    case 'windows':
      return 'Windows';
    case 'package':
    case 'command':
      return `${applies.kind} ${applies.name}`;
  }
}

function rootName({ platform }: CheckHeader): string {
  return platform === 'windows' ? 'an administrator' : 'root';
}

function cannot(reason: string): Verdict {
  return { verdict: 'unknown', resource: null, reason };
}
