/** What is wrong and shall be mended: named by check or by finding, and nothing that somebody decided to live with. */
import type { CommandContext, CommandInput } from '../../base/commands/command.ts';
import { findingId, knownFindingsIn, severities, type KnownFindings, type Severity } from '../../findings/index.ts';
import { hostErrors } from '../errors.ts';
import type { Script } from '../running/run-check.ts';
import { resourceOn } from '../scanning/observations.ts';
import type { Checked, HostScan } from '../scanning/scan.ts';
import { allChecksFrom, patternOf } from './choose-checks.ts';
import type { LocalHost } from './local-host.ts';
import { SOURCE } from './record-scan.ts';

export interface Chosen {
  readonly scripts: readonly Script[];
  /** Of these all that is wrong. */
  readonly whole: ReadonlySet<Script>;
  /** Of the others only these findings. */
  readonly findingIds: ReadonlySet<string>;
}

/** Without a word, all that can be mended without a risk. Throws `host_fix_not_found`. */
export async function chosenFrom(context: CommandContext, input: CommandInput, local: LocalHost): Promise<Chosen> {
  const all = allChecksFrom(context, input);
  if (input.args.length === 0) {
    const scripts = all.filter(({ header }) => header.fix === 'automatic');
    return { scripts, whole: new Set(scripts), findingIds: new Set() };
  }
  const known = await knownFindingsIn(local.findings, SOURCE);
  const scripts = new Set<Script>();
  const whole = new Set<Script>();
  const findingIds = new Set<string>();
  for (const word of input.args) {
    const pattern = patternOf(word);
    const named = all.filter(({ header }) => pattern.test(header.id));
    const found = /^[0-9a-f]{8,32}$/.test(word)
      ? [...known.values()].filter((each) => each.findingId.startsWith(word))
      : [];
    for (const { findingId: id, check } of found) {
      findingIds.add(id);
      for (const script of all.filter(({ header }) => header.id === check)) scripts.add(script);
    }
    for (const script of named) {
      scripts.add(script);
      whole.add(script);
    }
    if (named.length === 0 && found.length === 0) {
      throw hostErrors('host_fix_not_found', { attempted: `Mend ${word}`, detail: 'it is no check and no finding' });
    }
  }
  return { scripts: [...scripts], whole, findingIds };
}

export interface Wrong {
  readonly script: Script;
  /** What it said of them. */
  readonly checked: Checked;
  /** As `fail` named them. */
  readonly resources: readonly string[];
}

/** How bad `fail` says that it is, the worst of all that was said of it; `null`: nothing is wrong with it. */
export function severityOf({ script, verdicts }: Checked, resource: string): Severity | null {
  const failed = verdicts.filter((each) => each.verdict === 'fail' && each.resource === resource);
  const said = failed.map((each) => (each.verdict === 'fail' ? each.severity : null) ?? script.header.severity);
  return severities.find((each) => said.includes(each)) ?? null;
}

export function wrongOf(
  { checks, system }: HostScan,
  { whole, findingIds }: Chosen,
  known: KnownFindings,
): readonly Wrong[] {
  return checks.flatMap((checked) => {
    const { script, verdicts } = checked;
    const resources = new Set(verdicts.flatMap((each) => (each.verdict === 'fail' ? [each.resource] : [])));
    const wanted = [...resources].filter((resource) => {
      const id = findingId({ check: script.header.id, resource: resourceOn(system, resource) });
      const state = known.get(id)?.state;
      if (!whole.has(script) && !findingIds.has(id)) return false;
      return state !== 'accepted' && state !== 'suppressed';
    });
    return wanted.length === 0 ? [] : [{ script, checked, resources: wanted }];
  });
}
