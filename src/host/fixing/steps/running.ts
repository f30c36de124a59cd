/** What runs: settings of the kernel, services, processes, rules of the firewall. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { hostErrors } from '../../errors.ts';
import { readProcesses, type Process } from '../../probes/process-table.ts';
import { command, real, type FixPlace } from '../place.ts';
import type {
  KernelStep,
  ProcessStep,
  RuleKind,
  RulesStep,
  ServiceAction,
  ServiceState,
  ServiceStep,
} from '../step.ts';
import type { Found } from './files.ts';

export async function planKernel(place: FixPlace, path: string, after: string): Promise<KernelStep> {
  return { kind: 'kernel', path, before: await kernelValue(place, path), after };
}

async function kernelValue(place: FixPlace, path: string): Promise<string> {
  // Lists are told with tabs and taken with spaces.
  return (await readFile(real(place, join('/proc/sys', path)), 'utf8')).trim().replace(/\s+/g, ' ');
}

export async function setKernel(place: FixPlace, path: string, value: string): Promise<void> {
  await writeFile(real(place, join('/proc/sys', path)), `${value}\n`, { flag: 'r+' });
  const now = await kernelValue(place, path);
  if (now === value) return;
  throw hostErrors('host_fix_failed', { attempted: `Set ${path} to ${value}`, detail: `the kernel keeps ${now}` });
}

export async function foundKernel(place: FixPlace, { path, before, after }: KernelStep): Promise<Found> {
  try {
    const now = await kernelValue(place, path);
    return now === after ? 'made' : now === before ? 'before' : 'changed';
  } catch (error) {
    // An interface that is gone took its settings along; what cannot be read is not known to be as it was.
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'before' : 'changed';
  }
}

export async function planService(place: FixPlace, name: string, action: ServiceAction): Promise<ServiceStep> {
  return { kind: 'service', name, action, before: await serviceState(place, name) };
}

async function serviceState({ init, root }: FixPlace, name: string): Promise<ServiceState> {
  if (init !== 'systemd' || root !== '') {
    throw hostErrors('host_fix_impossible', {
      attempted: `Look at the service ${name}`,
      detail: 'systemd does not run here',
    });
  }
  const [active, enabled] = await Promise.all([
    command(['systemctl', 'is-active', name]),
    command(['systemctl', 'is-enabled', name]),
  ]);
  return { active: active.stdout.trim(), enabled: enabled.stdout.trim() };
}

async function systemctl(...words: readonly string[]): Promise<void> {
  const { ok, why } = await command(['systemctl', ...words]);
  if (!ok) throw hostErrors('host_fix_failed', { attempted: `Run systemctl ${words.join(' ')}`, detail: why });
}

export async function makeService({ name, action }: ServiceStep): Promise<void> {
  await systemctl(action, name);
}

/** Whether what was asked for still is so; what else became of the service is not ours. */
export async function foundService(place: FixPlace, { name, action, before }: ServiceStep): Promise<Found> {
  const now = await serviceState(place, name);
  const isMade = {
    start: now.active === 'active',
    stop: now.active !== 'active',
    enable: now.enabled === 'enabled',
    disable: now.enabled !== 'enabled',
    mask: now.enabled === 'masked',
  }[action];
  if (isMade) return 'made';
  return now.active === before.active && now.enabled === before.enabled ? 'before' : 'changed';
}

export async function takeBackService({ name, action, before }: ServiceStep): Promise<void> {
  if (action === 'mask') await systemctl('unmask', name);
  if (action === 'start' && before.active !== 'active') await systemctl('stop', name);
  if (action === 'stop' && before.active === 'active') await systemctl('start', name);
  if ((action === 'disable' || action === 'mask') && before.enabled === 'enabled') await systemctl('enable', name);
  if (action === 'enable' && before.enabled !== 'enabled') await systemctl('disable', name);
}

/** So long a process is waited for that was told to stop or to end; one that waits for a disk heeds nothing. */
const SETTLE_MS = 2000;
const LOOK_EVERY_MS = 10;

/** The clock may have been set meanwhile, and the kernel counts from the start of the machine. */
const START_TOLERANCE_S = 2;

/** The process itself, and no other that has its number now. `null`: it has ended. */
async function processOf(place: FixPlace, { pid, startS }: Pick<ProcessStep, 'pid' | 'startS'>) {
  const { processes } = await readProcesses(real(place, '/proc'));
  const found = processes.find((each) => each.pid === pid);
  return found && Math.abs(found.startS - startS) <= START_TOLERANCE_S ? found : null;
}

/**
 * Nothing for one that has ended since it was seen, so that whatever starts anew again and again keeps no other from being stopped; and
 * nothing for one that somebody stopped before, who alone takes that back.
 */
export async function planProcess(place: FixPlace, step: Omit<ProcessStep, 'kind'>): Promise<readonly ProcessStep[]> {
  const found = await processOf(place, step);
  const isStill = found === null || (step.signal === 'STOP' && found.state === 'T');
  return isStill ? [] : [{ kind: 'process', ...step }];
}

export async function signalProcess(
  place: FixPlace,
  step: ProcessStep,
  signal: 'STOP' | 'KILL' | 'CONT',
): Promise<void> {
  const found = await processOf(place, step);
  if (!found) return;
  try {
    process.kill(step.pid, `SIG${signal}`);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    // It has ended since it was looked at.
    return;
  }
  if (signal === 'CONT') return;
  // It heeds the signal when it runs next: whoever looks again at once would still see it at work.
  const untilMs = performance.now() + SETTLE_MS;
  while (!hasHeeded(await processOf(place, step), signal) && performance.now() < untilMs) await pause(LOOK_EVERY_MS);
}

function hasHeeded(found: Pick<Process, 'state'> | null, signal: 'STOP' | 'KILL'): boolean {
  return found === null || found.state === 'Z' || (signal === 'STOP' && found.state === 'T');
}

/** One that has ended since it was stopped left nothing to take back, and keeps no other from it. */
export async function foundProcess(place: FixPlace, step: ProcessStep): Promise<Found> {
  const found = await processOf(place, step);
  const isMade = step.signal === 'KILL' ? hasHeeded(found, 'KILL') : found?.state === 'T';
  return isMade ? 'made' : 'before';
}

const TELL: { readonly [Tool in RuleKind]: readonly string[] } = {
  // Without counters, which change by themselves.
  nft: ['nft', '-s', 'list', 'ruleset'],
  iptables: ['iptables-save'],
  ip6tables: ['ip6tables-save'],
};
/** Docker, fail2ban and others change rules too: whoever holds the lock is waited for so many seconds. */
const WAIT = '--wait=5';
const TAKE: { readonly [Tool in RuleKind]: readonly string[] } = {
  nft: ['nft', '-f', '-'],
  iptables: ['iptables-restore', WAIT],
  ip6tables: ['ip6tables-restore', WAIT],
};

/**
 * Tables that rules for nft bring along, `inet holdfast`; `null`: they stand for all that there are. Whoever adds tables of his own
 * leaves those of others alone, which change by themselves as addresses are blocked and containers come and go.
 */
function tablesIn(tool: RuleKind, load: string): readonly string[] | null {
  if (tool !== 'nft' || /^\s*flush ruleset/m.test(load)) return null;
  return [...load.matchAll(/^table (\S+ \S+) \{/gm)].map(([, name = '']) => name);
}

/** As its tool tells them now, without what changes by itself. Throws `host_fix_impossible`. */
export async function rulesOf(tool: RuleKind, tables: readonly string[] | null = null): Promise<string> {
  const { ok, stdout, why } = await command(TELL[tool]);
  if (!ok) throw hostErrors('host_fix_impossible', { attempted: `Read the rules of ${tool}`, detail: why });
  const all = stdout
    .split('\n')
    .filter((line) => !line.startsWith('#'))
    .map((line) => line.replace(/\[\d+:\d+\]/, '[0:0]'))
    .join('\n');
  if (!tables) return all;
  const isOurs = (table: string): boolean => tables.some((name) => table.startsWith(`table ${name} {`));
  return all
    .split(/^(?=table )/m)
    .filter(isOurs)
    .join('');
}

export async function planRules(tool: RuleKind, load: string): Promise<RulesStep> {
  const tables = tablesIn(tool, load);
  return { kind: 'rules', tool, tables, before: await rulesOf(tool, tables), load, after: null };
}

export async function takeRules(tool: RuleKind, rules: string): Promise<void> {
  const { ok, why } = await command(TAKE[tool], rules);
  if (!ok) throw hostErrors('host_fix_failed', { attempted: `Load the rules of ${tool}`, detail: why });
}

/** Takes the tables away, whether they are there or not; what follows it is loaded in the same moment. */
function without(tables: readonly string[] | null): string {
  if (!tables) return 'flush ruleset\n';
  return tables.map((name) => `table ${name}\ndelete table ${name}\n`).join('');
}

/** Resolves to the step as it has to be kept. */
export async function makeRules(step: RulesStep): Promise<RulesStep> {
  const { tool, tables, load } = step;
  const whole = tables ? `${without(tables)}${load}` : load;
  if (tool === 'nft') {
    const { ok, why } = await command(['nft', '-c', '-f', '-'], whole);
    if (!ok) throw hostErrors('host_fix_failed', { attempted: 'Check the rules of nft', detail: why });
  }
  await takeRules(tool, whole);
  return { ...step, after: await rulesOf(tool, tables) };
}

export async function takeBackRules({ tool, tables, before, back = before }: RulesStep): Promise<void> {
  await takeRules(tool, tool === 'nft' ? `${without(tables)}${back}` : back);
}

export async function foundRules({ tool, tables, before, after }: RulesStep): Promise<Found> {
  const now = await rulesOf(tool, tables);
  if (now === after) return 'made';
  if (now === before) return 'before';
  // Loaded, and not read again before all ended: a connection that the rules themselves cut off must not keep them.
  return after === null ? 'made' : 'changed';
}
