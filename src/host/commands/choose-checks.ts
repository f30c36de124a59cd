/** Which checks a verb makes. */
import { resolve } from 'node:path';
import type { CommandContext, CommandInput, CommandOption } from '../../base/commands/command.ts';
import { commandErrors } from '../../base/commands/errors.ts';
import { severities, type Severity } from '../../findings/index.ts';
import { ownChecks, shippedChecks } from '../checks/load.ts';
import type { Script } from '../running/run-check.ts';
import type { HostPlatform } from '../system/platform.ts';

export const ownOption: CommandOption = {
  name: 'checks',
  value: 'DIR',
  many: true,
  about: 'Also the checks in this folder, which nobody else may be able to write',
};

export const checkOptions: readonly CommandOption[] = [
  ownOption,
  { name: 'check', value: 'PATTERN', many: true, about: 'Only these checks, such as KRN-07 or SSH-*' },
  { name: 'skip', value: 'PATTERN', many: true, about: 'Not these checks' },
  { name: 'severity', value: 'SEV', about: 'Only checks of these severities; with commas' },
];

/** Shipped ones and one's own. Throws `host_checks_missing`, `host_checks_untrusted`, `host_check_invalid`. */
export function allChecksFrom(
  context: CommandContext,
  input: CommandInput,
  platform?: HostPlatform,
): readonly Script[] {
  const shipped = shippedChecks(platform);
  const own = input.list('checks').flatMap((folder) => ownChecks(resolve(context.workingFolder, folder), shipped));
  return [...shipped, ...own];
}

/** Throws `usage_invalid` for a word that chooses nothing. */
export function checksFrom(context: CommandContext, input: CommandInput, platform?: HostPlatform): readonly Script[] {
  const all = allChecksFrom(context, input, platform);
  const named = patternsOf(input.list('check'), 'check', all);
  const skipped = patternsOf(input.list('skip'), 'skip', all);
  const wanted = severitiesFrom(input.text('severity'));
  const chosen = all.filter(
    ({ header: { id, severity } }) =>
      (named.length === 0 || named.some((pattern) => pattern.test(id))) &&
      !skipped.some((pattern) => pattern.test(id)) &&
      (wanted === null || wanted.includes(severity)),
  );
  if (chosen.length > 0) return chosen;
  throw commandErrors('usage_invalid', { detail: 'no check is left to make', remedy: SEE_ALL });
}

const SEE_ALL = 'See them all with: holdfast host scan --list-checks';

/** Of ids: `SSH-*` fits all that begin so, in letters of any size. */
export function patternOf(text: string): RegExp {
  const parts = text.split('*').map((part) => part.replace(/[^a-zA-Z0-9]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`, 'i');
}

function patternsOf(texts: readonly string[], option: string, all: readonly Script[]): readonly RegExp[] {
  return texts
    .flatMap((text) => text.split(','))
    .map((text) => {
      const pattern = patternOf(text.trim());
      if (all.some(({ header }) => pattern.test(header.id))) return pattern;
      throw commandErrors('usage_invalid', { detail: `--${option} ${text}: there is no such check`, remedy: SEE_ALL });
    });
}

/** Throws `usage_invalid`. */
export function platformFrom(text: string | undefined): HostPlatform | undefined {
  if (text === undefined || text === 'linux' || text === 'windows') return text;
  throw commandErrors('usage_invalid', { detail: '--platform is linux or windows' });
}

function severitiesFrom(text: string | undefined): readonly Severity[] | null {
  if (text === undefined) return null;
  return text.split(',').map((word) => {
    const severity = severities.find((each) => each === word.trim());
    if (severity) return severity;
    throw commandErrors('usage_invalid', { detail: `--severity is one or more of ${severities.join(', ')}` });
  });
}
