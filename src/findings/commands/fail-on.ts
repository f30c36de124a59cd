/**
 * When a verb that lists findings ends with exit code 1, so that a pipeline stops: one rule for the verbs of findings/ and
 * for those of the guards.
 */
import type { CommandInput, CommandOption } from '../../base/commands/command.ts';
import { commandErrors } from '../../base/commands/errors.ts';
import { isAtLeast, severities, type Severity, type Verdict } from '../finding.ts';
import type { FindingsPlace } from '../place.ts';
import type { FilterText } from '../query.ts';

export interface FailOn {
  /** What is wrong and at least as bad as this; `null`: nothing is. */
  readonly severity: Severity | null;
  /** What could not be looked at, however bad it may be. */
  readonly unknown: boolean;
}

/** `usual` is what holds where nobody says anything. */
export function failOnOptions(usual: Severity | 'none' = 'high'): readonly CommandOption[] {
  return [
    { name: 'fail-on', value: 'SEV', about: `Exit code 1 from this severity on; default ${usual}; none: never` },
    { name: 'fail-on-unknown', about: 'Exit code 1 also when something could not be looked at' },
  ];
}

/** Throws `usage_invalid`. */
export function failOnFrom(input: CommandInput, usual: Severity | 'none' = 'high'): FailOn {
  const text = input.text('fail-on') ?? usual;
  const severity = severities.find((each) => each === text) ?? null;
  if (severity === null && text !== 'none') {
    throw commandErrors('usage_invalid', { detail: `--fail-on is one of ${severities.join(', ')}, none` });
  }
  return { severity, unknown: input.flag('fail-on-unknown') };
}

/** Of findings that are open. */
export function exitCodeOf(
  open: Iterable<{ readonly severity: Severity; readonly verdict: Verdict | null }>,
  failOn: FailOn,
): 0 | 1 {
  for (const { severity, verdict } of open) {
    if (verdict === 'fail' && failOn.severity !== null && isAtLeast(severity, failOn.severity)) return 1;
    if (verdict === 'unknown' && failOn.unknown) return 1;
  }
  return 0;
}

/** Of what is open there and fits the filter, shown or not: one guard's pipeline must not fail for another's findings. */
export async function exitCodeIn(place: FindingsPlace, filter: FilterText, failOn: FailOn): Promise<0 | 1> {
  const worst = [
    failOn.severity === null ? null : await worstOpen(place, filter, 'fail'),
    failOn.unknown ? await worstOpen(place, filter, 'unknown') : null,
  ];
  return exitCodeOf(
    worst.filter((each) => each !== null),
    failOn,
  );
}

async function worstOpen(place: FindingsPlace, filter: FilterText, verdict: 'fail' | 'unknown') {
  const isAsked = filter.verdict === undefined || filter.verdict.split(',').some((word) => word.trim() === verdict);
  if (!isAsked) return null;
  let after: string | undefined;
  do {
    // A page may be empty and yet not the last: the server answers before it has looked for too long.
    const page = await place.list({ ...filter, state: 'open', verdict, limit: 1, after });
    if (page.findings[0]) return page.findings[0];
    after = page.next;
  } while (after !== undefined);
  return null;
}
