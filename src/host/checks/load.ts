/** The checks that are shipped, and those that somebody wrote for their own hosts. */
import { readFileSync, readdirSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { hostErrors } from '../errors.ts';
import type { Script } from '../running/run-check.ts';
import { scripts, verifyScripts } from '../scripts.ts';
import { untrusted, untrustedWay } from '../trusted.ts';
import { platformHere, type HostPlatform } from '../system/platform.ts';
import { parseHeader } from './header.ts';

/** Sorted by id. Throws `host_scripts_changed`. */
export function shippedChecks(platform: HostPlatform = platformHere() ?? 'linux'): readonly Script[] {
  verifyScripts();
  return checksIn(platform === 'windows' ? scripts.windowsChecks : scripts.checks, platform);
}

/** Shipped ones, and one's own from these folders. Throws `host_scripts_changed`, `host_checks_untrusted`, `host_check_invalid`. */
export function hostChecks(ownFolders: readonly string[]): readonly Script[] {
  const shipped = shippedChecks();
  return [...shipped, ...ownFolders.flatMap((folder) => ownChecks(folder, shipped))];
}

/**
 * Checks run with the rights of whoever scans, often root's: so nobody else may be able to write them, or to put others
 * in their place. Throws `host_checks_missing`, `host_checks_untrusted`, `host_check_invalid`.
 */
export function ownChecks(
  folder: string,
  shipped: readonly Script[],
  uid = process.getuid?.() ?? 0,
): readonly Script[] {
  const attempted = `Load the checks in ${folder}`;
  if (platformHere() === 'windows') {
    throw hostErrors('host_checks_untrusted', {
      attempted,
      detail: 'who can write a folder is not looked at on Windows',
    });
  }
  let real: string;
  try {
    real = realpathSync(folder);
  } catch (cause) {
    const isMissing = ['ENOENT', 'ENOTDIR'].includes((cause as { code?: string }).code ?? '');
    if (isMissing) throw hostErrors('host_checks_missing', { attempted, cause });
    throw hostErrors('host_checks_untrusted', { attempted, detail: (cause as Error).message, cause });
  }
  const refuse = (path: string, why: string) =>
    hostErrors('host_checks_untrusted', { attempted, detail: `${path} ${why}` });
  const way = untrustedWay(real, uid);
  if (way) throw refuse(way.path, way.why);
  for (const name of readdirSync(real, { recursive: true, encoding: 'utf8' })) {
    const path = join(real, name);
    const why = untrusted(path, uid, false);
    if (why !== null) throw refuse(path, why);
  }
  const checks = checksIn(real, 'linux');
  const double = checks.find(({ header }) => shipped.some((each) => each.header.id === header.id));
  if (double) {
    const detail = `${double.header.id} is the id of a check that comes with Holdfast; take another`;
    throw hostErrors('host_check_invalid', { attempted, detail });
  }
  return checks;
}

const ENDINGS: { readonly [P in HostPlatform]: string } = { linux: '.sh', windows: '.ps1' };

function checksIn(folder: string, platform: HostPlatform): readonly Script[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith(ENDINGS[platform]))
    .toSorted()
    .map((name) => {
      const path = join(folder, name);
      return { path, header: parseHeader(name, readFileSync(path, 'utf8')) };
    });
}
