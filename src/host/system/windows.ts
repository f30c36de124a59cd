/** Which Windows this is: asked by a script, since the runtime does not tell of domains, rights and what the machine is for. */
import { mkdirSync, readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { hostErrors } from '../errors.ts';
import { runScript, type WindowsGround } from '../running/run-check.ts';
import type { WindowsPlace } from '../running/start-powershell.ts';
import { scripts } from '../scripts.ts';
import { architecture, cloudIn, hostId, type HostSystem } from './system.ts';

const TIMEOUT_MS = 60_000;

/** Win32_OperatingSystem.ProductType. */
const ROLES: Readonly<Record<number, WindowsGround['role']>> = {
  1: 'workstation',
  2: 'domain_controller',
  3: 'server',
};

/** What probes/windows/system.ps1 writes. */
interface Told {
  readonly name: string;
  readonly version: string;
  readonly productType: number;
  readonly machineGuid: string;
  readonly isInDomain: boolean;
  readonly isAdministrator: boolean;
  readonly isContainer: boolean;
  readonly firmware: readonly string[];
}

/** `folder` takes what it makes meanwhile. Throws `host_powershell_failed` and what `signal` was aborted with. */
export async function detectWindows(place: WindowsPlace, folder: string, signal?: AbortSignal): Promise<HostSystem> {
  const [facts, work] = [join(folder, 'system'), join(folder, 'system-work')];
  for (const each of [facts, work]) mkdirSync(each);
  const ground = {
    ...({ root: '', facts, work, isRoot: false, osId: 'windows', osVersion: '', osFamily: 'windows' } as const),
    ...({ packages: 'none', init: 'none', container: '', windows: { ...place, role: '' } } as const),
  };
  const path = join(scripts.windowsProbes, 'system.ps1');
  const attempted = `Run ${place.powershell}`;
  const ran = runScript({ path, words: ['look'], timeoutMs: TIMEOUT_MS }, ground, signal);
  const { outcome, said } = await ran.catch((cause: unknown) => {
    signal?.throwIfAborted();
    throw hostErrors('host_powershell_failed', { attempted, detail: (cause as Error).message, cause });
  });
  if (outcome !== 'done') {
    const detail = outcome === 'timed_out' ? `it was not done after ${TIMEOUT_MS / 1000} s` : said.trim().slice(0, 500);
    throw hostErrors('host_powershell_failed', { attempted, detail });
  }
  const told = JSON.parse(readFileSync(join(facts, 'system.json'), 'utf8')) as Told;
  return {
    platform: 'windows',
    hostname: hostname(),
    hostId: hostId(told.machineGuid || `no machine id: ${hostname()}`),
    osName: told.name,
    osId: 'windows',
    osVersion: told.version,
    osFamily: 'windows',
    packages: 'none',
    init: 'none',
    container: told.isContainer ? 'windows' : '',
    cloud: cloudIn(told.firmware.join('\n')),
    kernel: told.version,
    architecture: architecture(),
    isRoot: told.isAdministrator,
    windows: { role: ROLES[told.productType] ?? '', isInDomain: told.isInDomain },
  };
}
