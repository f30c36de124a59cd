/** Templates of CloudFormation before AWS's own rules: cfn-lint, and the Control Tower rules in the form of cfn-guard. */
import { execFileSync } from 'node:child_process';
import { existsSync, globSync } from 'node:fs';
import { basename, join } from 'node:path';

const ROOT = join(import.meta.dirname, '../../..');
const LINT = join(ROOT, '.services/moto/bin/cfn-lint');
const GUARD = join(ROOT, '.services/cfn-guard');

export const withoutLint = lacking(LINT, 'needs cfn-lint: npm run services:install -- moto');
export const withoutRules = lacking(GUARD, 'needs cfn-guard: npm run services:install -- cfn-guard');

/** Throws with what it found. */
export function lint(template: string): void {
  execFileSync(LINT, ['--regions', 'us-east-1', '--', template], { encoding: 'utf8' });
}

/** The rules for a service, such as `s3`: the resources that break each, by name of the rule. Those that do not apply are left out.
 * `rule` names one alone. */
export function brokenRules(
  template: string,
  service: string,
  rule = '*',
): Readonly<Record<string, readonly string[]>> {
  const rules = globSync(join(GUARD, `rules/control-tower/cfn-guard/${service}/${rule}.guard`)).toSorted();
  return Object.fromEntries(
    rules.flatMap((path) => {
      const [report] = validate(path, template);
      if (!report) throw new Error(`cfn-guard said nothing of ${path}`);
      if (report.status === 'SKIP') return [];
      const found = JSON.stringify(report.not_compliant).matchAll(/\/Resources\/(\w+)/g);
      return [[basename(path, '.guard'), [...new Set([...found].map(([, resource = '']) => resource))].toSorted()]];
    }),
  );
}

interface RuleReport {
  readonly status: string;
  readonly not_compliant: object;
}

/** cfn-guard ends with 19 where a rule is not kept, and says the same on its standard output. */
function validate(rule: string, template: string): readonly RuleReport[] {
  const words = ['validate', '-r', rule, '-d', template, '-S', 'none', '-o', 'json', '--structured'];
  try {
    return JSON.parse(
      execFileSync(join(GUARD, 'bin/ubuntu/x86_64/cfn-guard'), words, { encoding: 'utf8' }),
    ) as RuleReport[];
  } catch (error) {
    return JSON.parse((error as { stdout: string }).stdout) as RuleReport[];
  }
}

function lacking(path: string, reason: string): string | false {
  if (existsSync(path)) return false;
  if (process.env['HOLDFAST_SERVICES'] === 'required') throw new Error(reason);
  return reason;
}
