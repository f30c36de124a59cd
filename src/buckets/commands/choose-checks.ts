/** Which checks a verb makes. */
import { wholeNumber, type CommandInput, type CommandOption } from '../../base/commands/command.ts';
import { commandErrors } from '../../base/commands/errors.ts';
import { severities, type Severity } from '../../findings/index.ts';
import { allChecks } from '../checks/registry.ts';
import { looksAtObjects, type Check } from '../checks/check.ts';

export const checkOptions: readonly CommandOption[] = [
  { name: 'check', value: 'PATTERN', many: true, about: 'Only these checks; * stands for anything' },
  { name: 'skip', value: 'PATTERN', many: true, about: 'Not these checks' },
  { name: 'severity', value: 'SEV', about: 'Only checks of these severities; with commas' },
  {
    name: 'compliance',
    value: 'NAME',
    about: 'Only checks of this standard: FSBP, "Security Hub", CIS, "CIS AWS 5.0", Prowler',
  },
];

export const sampleOption: CommandOption = {
  name: 'sample',
  value: 'N',
  about: 'Look at N objects of each bucket (default 0, or 20 where --check names a check that looks at objects)',
};

/** How many objects of each bucket are looked at; `usual`: as many as the settings say. Throws `usage_invalid`. */
export function sampleFrom(input: CommandInput, checks: readonly Check[]): number | 'usual' {
  const given = input.text('sample');
  if (given !== undefined) return wholeNumber(given, { option: 'sample', min: 0, max: 1000 });
  return input.list('check').length > 0 && checks.some(looksAtObjects) ? 'usual' : 0;
}

/** Throws `usage_invalid` for a word that chooses nothing. */
export function checksFrom(input: CommandInput): readonly Check[] {
  const named = patternsOf(input.list('check'), 'check');
  const skipped = patternsOf(input.list('skip'), 'skip');
  const wanted = severitiesFrom(input.text('severity'));
  const standard = input.text('compliance');
  const chosen = allChecks.filter(
    ({ id, severity, references }) =>
      (named.length === 0 || named.some((pattern) => pattern.test(id))) &&
      !skipped.some((pattern) => pattern.test(id)) &&
      (wanted === null || wanted.includes(severity)) &&
      (standard === undefined || references.some((each) => isOf(each.standard, standard))),
  );
  if (chosen.length > 0) return chosen;
  throw commandErrors('usage_invalid', {
    detail: 'no check is left to make',
    remedy: 'See them all with: holdfast buckets audit --list-checks',
  });
}

function patternsOf(texts: readonly string[], option: string): readonly RegExp[] {
  return texts
    .flatMap((text) => text.split(','))
    .map((text) => {
      const words = text.trim().split('*');
      const pattern = new RegExp(`^${words.map((word) => word.replace(/[^a-zA-Z0-9]/g, '\\$&')).join('.*')}$`);
      if (allChecks.some(({ id }) => pattern.test(id))) return pattern;
      throw commandErrors('usage_invalid', {
        detail: `--${option} ${text}: there is no such check`,
        remedy: 'See them all with: holdfast buckets audit --list-checks',
      });
    });
}

function severitiesFrom(text: string | undefined): readonly Severity[] | null {
  if (text === undefined) return null;
  return text.split(',').map((word) => {
    const severity = severities.find((each) => each === word.trim());
    if (severity) return severity;
    throw commandErrors('usage_invalid', { detail: `--severity is one or more of ${severities.join(', ')}` });
  });
}

/** `cis` means every version of it. */
function isOf(standard: string, wanted: string): boolean {
  const bare = (text: string) => text.toLowerCase().replace(/[^a-z0-9.]/g, '');
  return bare(standard).startsWith(bare(wanted));
}
