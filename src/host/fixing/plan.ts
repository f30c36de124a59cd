/** From what a check wants changed to the steps that make it, each with what it replaces. Nothing is changed here. */
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { HoldfastError } from '../../base/errors.ts';
import { hostErrors } from '../errors.ts';
import type { FirewallRules } from '../firewall/rules.ts';
import type { Wanted } from '../running/answers.ts';
import { onHost, type FixPlace } from './place.ts';
import { isReload } from './step-acts.ts';
import { ruleKinds, serviceActions, type Step } from './step.ts';
import { planLock } from './steps/accounts.ts';
import { planSql } from './steps/database.ts';
import { contentOf, ownersOf, planAside, planAttributes, planContent } from './steps/files.ts';
import { planMount } from './steps/mounts.ts';
import { planRestoredRules } from './steps/restored-rules.ts';
import { planKernel, planProcess, planRules, planService } from './steps/running.ts';

export interface PlanOptions {
  /** The check whose fix it is. */
  readonly check: string;
  /** Where files that are put aside are kept. */
  readonly aside: string;
  /** Processes end for good in place of being stopped. */
  readonly kill: boolean;
}

/** Throws `host_fix_impossible`. */
export async function planSteps(
  place: FixPlace,
  wanted: readonly Wanted[],
  options: PlanOptions,
): Promise<readonly Step[]> {
  const steps: Step[] = [];
  for (const [index, each] of wanted.entries()) {
    const aside = join(options.aside, String(index));
    const own = await stepsOf(place, each, { ...options, aside }, steps).catch(told(each, options.check));
    steps.push(...own.map((step) => following(step, steps)));
  }
  // Files are checked once they are in place, and services told once all is.
  return [...steps.filter((step) => !isReload(step)), ...steps.filter(isReload)];
}

/** A file that went away meanwhile, or that we may not read, is no fault of this program. */
function told({ operation, words }: Wanted, check: string): (error: unknown) => never {
  return (error) => {
    const { code, message } = error as NodeJS.ErrnoException;
    if (error instanceof HoldfastError || code === undefined) throw error;
    const attempted = `Plan the fix of ${check}: ${operation} ${words[0] ?? ''}`;
    throw hostErrors('host_fix_impossible', { attempted, detail: message, cause: error });
  };
}

/** What is changed a second time was not what it is now, but what the first change makes of it. */
function following(step: Step, earlier: readonly Step[]): Step {
  const last = earlier.findLast(
    (each) => each.kind === step.kind && 'path' in each && 'path' in step && each.path === step.path,
  );
  if (step.kind === 'content' && last?.kind === 'content') {
    return { ...step, before: { bytes: last.after, mtimeMs: last.before?.mtimeMs ?? 0 } };
  }
  if (step.kind === 'attributes' && last?.kind === 'attributes') {
    const changed = (name: 'mode' | 'uid' | 'gid') => step.after[name] !== step.before[name];
    const pick = (name: 'mode' | 'uid' | 'gid') => (changed(name) ? step : last).after[name];
    return { ...step, before: last.after, after: { mode: pick('mode'), uid: pick('uid'), gid: pick('gid') } };
  }
  return step.kind === 'kernel' && last?.kind === 'kernel' ? { ...step, before: last.after } : step;
}

async function stepsOf(
  place: FixPlace,
  { operation, words }: Wanted,
  options: PlanOptions,
  earlier: readonly Step[],
): Promise<readonly Step[]> {
  const [first = '', second = '', third = ''] = words;
  const refuse = (detail: string) =>
    hostErrors('host_fix_impossible', { attempted: `Plan the fix of ${options.check}`, detail });
  const path = onHost(place, first);
  switch (operation) {
    case 'set_file':
      return [await planContent(place, path, await readFile(second))];
    case 'set_mode':
      if (!/^[0-7]{3,4}$/.test(second)) throw refuse(`${second} is no mode`);
      return [await planAttributes(place, path, { mode: Number.parseInt(second, 8) })];
    case 'set_owner':
      return [await planAttributes(place, path, await ownersOf(place, second))];
    case 'remove_file':
    case 'quarantine':
      return [await planAside(place, path, join(options.aside, basename(path)))];
    case 'set_sysctl':
      if (third === 'now') return [await planKernel(place, sysctlPath(first), second)];
      return await sysctlSteps(place, [first, second], options.check, earlier);
    case 'set_mount':
      return [await planMount(place, path, second.split(','))];
    case 'set_service': {
      const action = serviceActions.find((each) => each === second);
      if (!action) throw refuse(`${second} is nothing that is done to a service`);
      return [await planService(place, first, action)];
    }
    case 'signal_process':
      if (third !== 'STOP') throw refuse(`${third} is no signal for a fix`);
      return await planProcess(place, {
        pid: Number(first),
        startS: Number(second),
        signal: options.kill ? 'KILL' : 'STOP',
      });
    case 'set_account':
      if (second !== 'lock') throw refuse(`${second} is nothing that is done to an account`);
      return [await planLock(place, first)];
    case 'load_rules': {
      const tool = ruleKinds.find((each) => each === first);
      if (!tool) throw refuse(`${first} is no tool for rules`);
      return [await planRules(tool, await readFile(second, 'utf8'))];
    }
    case 'restore_rules':
      return await planRestoredRules(JSON.parse(await readFile(first, 'utf8')) as FirewallRules);
    case 'validate':
    case 'reload':
      return [{ kind: 'command', when: operation, words }];
    case 'run_sql':
      return [await planSql(words)];
    default:
      throw refuse(`there is no “${operation}”`);
  }
}

const SYSCTL = '/etc/sysctl.conf';

/** Names of interfaces may hold dots: then the key has slashes. */
function sysctlPath(key: string): string {
  return key.includes('/') ? key : key.replaceAll('.', '/');
}

/** Now, and after the next start by a file of the fix's own, which counts after all others (sysctl.d(5)). */
async function sysctlSteps(
  place: FixPlace,
  [key, value]: readonly [string, string],
  check: string,
  earlier: readonly Step[],
): Promise<readonly Step[]> {
  const path = sysctlPath(key);
  const name = path.includes('.') ? path : path.replaceAll('/', '.');
  const file = `/etc/sysctl.d/99-zz-holdfast-${check.toLowerCase()}-${name.replaceAll(/[^A-Za-z0-9_.-]/g, '-')}.conf`;
  const steps: Step[] = [
    await planKernel(place, path, value),
    await planContent(place, file, Buffer.from(`# Written by holdfast host fix ${check}\n${name} = ${value}\n`)),
  ];
  // Where the tool reads it, this one counts after all of them.
  const planned = earlier.findLast((step) => step.kind === 'content' && step.path === SYSCTL);
  const old =
    planned?.kind === 'content' ? Buffer.from(planned.after, 'base64') : (await contentOf(place, SYSCTL))?.bytes;
  const lines = old?.toString('utf8').split('\n') ?? [];
  const isSet = (line: string): boolean => /^\s*-?\s*([^#;=\s]+)\s*=/.exec(line)?.[1]?.replaceAll('/', '.') === name;
  if (!lines.some(isSet)) return steps;
  const changed = lines.map((line) => (isSet(line) ? `${name} = ${value}` : line)).join('\n');
  return [...steps, await planContent(place, SYSCTL, Buffer.from(changed))];
}
