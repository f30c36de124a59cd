/** Loads rules of then, and takes that back after a while unless somebody confirms that they still get in. */
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newId } from '../../../base/ids.ts';
import { openPrivateFolder } from '../../../storage/index.ts';
import { hostErrors } from '../../errors.ts';
import { verifyScripts } from '../../scripts.ts';
import { runRestoreScript, startGuard } from './native.ts';
import type { Loadable, RestorePlan } from './plan.ts';

export interface Pending {
  /** Of the rules that were loaded. */
  readonly snapshotId: string;
  /** Of those that were there before. */
  readonly beforeId: string;
  readonly withinS: number;
  /** Seconds since the computer started; by then they go back. */
  readonly deadlineS: number;
  readonly bootId: string;
}

export interface RestoreState {
  /** `lost`: whoever was to take them back is gone, as after a start of the computer. */
  readonly outcome: 'waiting' | 'back' | 'failed' | 'lost';
  readonly pending: Pending;
}

export interface Restores {
  /** Throws `host_rules_not_loadable` with what the tools say of them. Changes nothing. */
  check(plan: RestorePlan): Promise<void>;
  /**
   * Loads them, and a process of its own takes them back after `withinS` unless `confirm` comes before. Throws
   * `host_restore_waiting` when one is under way, `host_rules_not_loaded` when it had to be taken back at once.
   */
  begin(plan: RestorePlan, of: Pick<Pending, 'snapshotId' | 'beforeId' | 'withinS'>): Promise<Pending>;
  /** They stay. Throws `host_restore_not_waiting`, `host_restore_too_late`. */
  confirm(): Promise<Pending>;
  /** They go back now. Throws as `confirm`, and `host_rules_not_loaded`. */
  goBack(): Promise<Pending>;
  /** Of the one that nobody confirmed yet, or that went back; `null`: there is none. */
  state(): Promise<RestoreState | null>;
}

/** The guard wakes twice a second, and tries five times. */
const GRACE_S = 30;

/** `folder` need not exist; in it one restore at a time waits to be confirmed. */
export function openRestores(folder: string): Restores {
  const files = openPrivateFolder();
  const at = (name: string): string => join(folder, name);
  const state = async (): Promise<RestoreState | null> => {
    const bytes = await files.read(at('pending.json'));
    if (bytes === null) return null;
    const pending = JSON.parse(bytes.toString('utf8')) as Pending;
    const said = (await files.read(at('outcome')))?.toString('utf8').trim();
    if (said === 'back' || said === 'failed') return { outcome: said, pending };
    const isOver = pending.bootId !== bootId() || uptimeS() > pending.deadlineS + GRACE_S;
    return { outcome: isOver ? 'lost' : 'waiting', pending };
  };
  const forget = async (): Promise<void> => {
    const away = `${folder}.${newId()}`;
    await rename(folder, away);
    await rm(away, { recursive: true, force: true });
  };
  /** Whoever makes this folder decides: the guard, or a person. */
  const decide = async (attempted: string): Promise<Pending> => {
    const now = await state();
    if (now === null) throw hostErrors('host_restore_not_waiting', { attempted });
    if (now.outcome !== 'waiting' || !(await makes(at('decided')))) {
      throw hostErrors('host_restore_too_late', { attempted });
    }
    return now.pending;
  };
  const takeBack = async (): Promise<void> => {
    const { ok, said } = await runRestoreScript(['apply', folder, 'before']);
    if (!ok) {
      // The guard still waits, and tries again when time is up.
      await rm(at('decided'), { recursive: true, force: true });
      throw hostErrors('host_rules_not_loaded', { attempted: 'Put back the rules of before', detail: said });
    }
    await forget();
  };
  const writeRules = async (into: string, which: string, rules: Loadable): Promise<void> => {
    await files.write(join(into, `${which}.tables`), rules.tables.map((each) => `${each}\n`).join(''), true);
    for (const tool of ['nft', 'iptables', 'ip6tables'] as const) {
      const text = rules[tool];
      if (text !== null) await files.write(join(into, `${which}.${tool}`), text, true);
    }
  };
  return {
    state,
    async check({ wanted }) {
      verifyScripts();
      const trial = await mkdtemp(join(tmpdir(), 'holdfast-rules-'));
      try {
        await writeRules(trial, 'wanted', wanted);
        const { ok, said } = await runRestoreScript(['check', trial]);
        if (!ok) throw hostErrors('host_rules_not_loadable', { detail: said });
      } finally {
        await rm(trial, { recursive: true, force: true });
      }
    },
    async begin({ wanted, before }, of) {
      verifyScripts();
      const last = await state();
      if (last?.outcome === 'waiting') throw hostErrors('host_restore_waiting', { detail: last.pending.snapshotId });
      if (last) await forget();
      const pending: Pending = { ...of, deadlineS: uptimeS() + of.withinS, bootId: bootId() };
      const whole = `${folder}.${newId()}`;
      await writeRules(whole, 'before', before);
      await writeRules(whole, 'wanted', wanted);
      await files.write(join(whole, 'pending.json'), `${JSON.stringify(pending)}\n`, true);
      if (!(await takesPlace(whole, folder))) throw hostErrors('host_restore_waiting', { detail: 'it has just begun' });
      // Before the first change: whatever becomes of this process, the way back is under way.
      try {
        await startGuard(folder, of.withinS);
      } catch (error) {
        await forget();
        throw error;
      }
      const { ok, said } = await runRestoreScript(['apply', folder, 'wanted']);
      if (ok) return pending;
      await decide('Put back the rules of before');
      await takeBack();
      throw hostErrors('host_rules_not_loaded', { detail: said });
    },
    async confirm() {
      const pending = await decide('Confirm the rules');
      await forget();
      return pending;
    },
    async goBack() {
      const pending = await decide('Put back the rules of before');
      await takeBack();
      return pending;
    },
  };
}

async function makes(path: string): Promise<boolean> {
  if (existsSync(path)) return false;
  try {
    await mkdir(path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** Of two that begin at once one does: a folder does not take the place of one with files in it. */
async function takesPlace(whole: string, folder: string): Promise<boolean> {
  try {
    await rename(whole, folder);
    return true;
  } catch (error) {
    await rm(whole, { recursive: true, force: true });
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOTEMPTY' || code === 'EEXIST') return false;
    throw error;
  }
}

function uptimeS(): number {
  return Number.parseFloat(readFileSync('/proc/uptime', 'utf8'));
}

function bootId(): string {
  return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
}
