/** One look at this host: what it is, what the probes saw, and what each check made of it. Changes nothing. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Applies } from '../checks/header.ts';
import { rulesIn, type FirewallRules } from '../firewall/rules.ts';
import type { ProbeName } from '../probes/probe-names.ts';
import { startProbes, type Probed } from '../probes/probes.ts';
import type { Verdict } from '../running/answers.ts';
import { runCheck, type Ground, type Ran, type Script } from '../running/run-check.ts';
import type { WindowsPlace } from '../running/start-powershell.ts';
import type { HostSettings } from '../settings.ts';
import type { HostFiles } from '../state/host-files.ts';
import { detectSystem, type HostSystem } from '../system/system.ts';
import { detectWindows } from '../system/windows.ts';
import { atMost } from './at-most.ts';
import { honestVerdicts, needsOf, verdictWithout } from './verdicts.ts';

export interface ScanDeps {
  /** `''`, or what stands for `/` in a test. */
  readonly root: string;
  readonly files: Pick<HostFiles, 'fingerprintKey' | 'known' | 'keepKnown'>;
  readonly settings: HostSettings;
  /** Of Windows; without it the host is Linux. */
  readonly windows?: WindowsPlace;
  readonly signal?: AbortSignal;
  /** The present state is taken as known, whatever was known before. */
  readonly remember?: boolean;
  /** Hears of every check that is done. */
  readonly onCheck?: (script: Script) => void;
}

export interface Checked {
  readonly script: Script;
  /** `not_started`: it does not apply, needs root, or what it goes by could not be looked at. */
  readonly outcome: Ran['outcome'] | 'not_started';
  readonly verdicts: readonly Verdict[];
  /** What it printed beside its answers. */
  readonly said: string;
  readonly tookMs: number;
}

export interface HostScan {
  readonly system: HostSystem;
  readonly checks: readonly Checked[];
  readonly probes: readonly Probed[];
  /** `null`: no check asked for them, or the host is Windows. */
  readonly rules: FirewallRules | null;
  readonly tookMs: number;
}

/** Throws what `signal` was aborted with. */
export async function scanHost(scripts: readonly Script[], deps: ScanDeps): Promise<HostScan> {
  using looked = await lookAt(scripts, deps);
  return looked.scan;
}

/** A scan, with all that its checks went by as long as it is held: for fixes, which go by the same. */
export interface Looked extends Disposable {
  readonly scan: HostScan;
  readonly ground: Ground;
}

/** Throws what `signal` was aborted with. */
export async function lookAt(scripts: readonly Script[], deps: ScanDeps): Promise<Looked> {
  const startMs = performance.now();
  const { root, settings, signal } = deps;
  const folder = mkdtempSync(join(deps.windows?.tempFolder ?? tmpdir(), 'holdfast-host-'));
  using held = new DisposableStack();
  // A check that is being ended may still write there.
  held.defer(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 }));
  const system = deps.windows ? await detectWindows(deps.windows, folder, signal) : detectSystem(root);
  const ground = await prepare(folder, system, scripts, deps);
  const probes = startProbes(probesOf(scripts), ground, {
    walkTimeoutMs: settings.hostWalkTimeoutMs,
    ...(signal ? { signal } : {}),
  });
  const slots = atMost(settings.hostChecksAtOnce);
  const checks = await Promise.all(
    scripts.map(async (script) => {
      const needed = await Promise.all(needsOf(script.header).flatMap((name) => probes.get(name) ?? []));
      const checked = await slots(() => check(script, needed, ground, deps));
      deps.onCheck?.(script);
      return checked;
    }),
  );
  const probed = await Promise.all(probes.values());
  const rules = system.platform === 'linux' && probes.has('firewall') ? rulesIn(ground.facts) : null;
  const scan = { system, checks, probes: probed, rules, tookMs: performance.now() - startMs };
  const moved = held.move();
  return { scan, ground, [Symbol.dispose]: () => moved[Symbol.dispose]() };
}

async function prepare(
  folder: string,
  system: HostSystem,
  scripts: readonly Script[],
  { root, files, windows }: ScanDeps,
): Promise<Ground> {
  const [facts, work] = [join(folder, 'facts'), join(folder, 'work')];
  mkdirSync(join(facts, 'known'), { recursive: true });
  mkdirSync(work);
  writeFileSync(join(facts, 'fingerprint-key'), await files.fingerprintKey(), { mode: 0o600 });
  for (const { header } of scripts) {
    const known = await files.known(header.id);
    if (known) writeFileSync(join(facts, 'known', header.id), known, { mode: 0o600 });
  }
  const { isRoot, osId, osVersion, osFamily, packages, init, container } = system;
  return {
    ...{ root, facts, work, isRoot, osId, osVersion, osFamily, packages, init, container },
    ...(windows ? { windows: { ...windows, role: system.windows?.role ?? '' } } : {}),
  };
}

function probesOf(scripts: readonly Script[]): ReadonlySet<ProbeName> {
  return new Set(scripts.flatMap(({ header }) => needsOf(header)));
}

async function check(
  script: Script,
  needed: readonly Probed[],
  ground: Ground,
  { files, signal, remember }: ScanDeps,
): Promise<Checked> {
  const { header } = script;
  const without = (why: 'not_applicable' | 'needs_root'): Checked => ({
    ...{ script, outcome: 'not_started', verdicts: [verdictWithout(header, why)], said: '', tookMs: 0 },
  });
  if (!header.applies.some((each) => isHere(each, ground))) return without('not_applicable');
  if (header.needsRoot === 'yes' && !ground.isRoot) return without('needs_root');
  const work = join(ground.work, header.id);
  mkdirSync(work, { recursive: true });
  const ran = await runCheck(script, { verb: 'detect' }, { ...ground, work }, signal);
  if (ran.remembered !== null && (remember === true || !existsSync(join(ground.facts, 'known', header.id)))) {
    await files.keepKnown(header.id, readFileSync(ran.remembered));
  }
  const { outcome, said, tookMs } = ran;
  return { script, outcome, verdicts: honestVerdicts(header, ran, needed, ground.isRoot), said, tookMs };
}

const PATH = ['/usr/sbin', '/usr/bin', '/sbin', '/bin'];

function isHere(applies: Applies, { root, facts, windows }: Ground): boolean {
  switch (applies.kind) {
    case 'linux':
      return !windows;
    case 'windows':
      return windows !== undefined;
    case 'command':
      return PATH.some((folder) => existsSync(join(root, folder, applies.name)));
    case 'package':
      return packageNames(facts).has(applies.name);
  }
}

function packageNames(facts: string): ReadonlySet<string> {
  const path = join(facts, 'packages/list');
  if (!existsSync(path)) return new Set();
  return new Set(
    readFileSync(path, 'utf8')
      .split('\n')
      .map((line) => line.split(' ')[0] ?? ''),
  );
}
