/** Finds the log of a MySQL or MariaDB server on this machine as the check of refused logins does. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startProbes } from '../probes/probes.ts';
import { runScript, type Ground } from '../running/run-check.ts';
import { scripts, verifyScripts } from '../scripts.ts';
import { detectSystem } from '../system/system.ts';

export interface MysqlLog {
  readonly path: string;
  /** Where that server listens. */
  readonly port: number;
}

const TIMEOUT_MS = 20_000;

/**
 * `null`: no server runs here, it writes into the journal, or we may not read its log. Throws `host_scripts_changed` and what `signal`
 * was aborted with.
 */
export async function findMysqlLog(signal: AbortSignal): Promise<MysqlLog | null> {
  verifyScripts();
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-mysql-log-'));
  try {
    const [facts, work] = [join(folder, 'facts'), join(folder, 'work')];
    for (const each of [facts, work]) mkdirSync(each);
    const { isRoot, osId, osVersion, osFamily, packages, init, container } = detectSystem('');
    const ground = { root: '', facts, work, isRoot, osId, osVersion, osFamily, packages, init, container };
    const probes = startProbes(new Set(['mysql']), ground, { walkTimeoutMs: TIMEOUT_MS, signal });
    await Promise.all(probes.values());
    return await mysqlLogOn(ground, signal);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The same, where the facts of `mysql` are there already. */
export async function mysqlLogOn(ground: Ground, signal?: AbortSignal): Promise<MysqlLog | null> {
  const call = { path: join(scripts.native, 'mysql-log.sh'), words: ['detect'], timeoutMs: TIMEOUT_MS };
  const { verdicts } = await runScript(call, ground, signal);
  const found = verdicts.find((each) => each.verdict === 'pass');
  if (!found || found.verdict !== 'pass' || found.resource === null) return null;
  const port = Number(found.evidence);
  return Number.isInteger(port) && port > 0 && port < 65_536 ? { path: found.resource, port } : null;
}
