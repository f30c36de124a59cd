/** Whether anybody but root and one user can change what lies somewhere, which is then run or acted on with the rights of that user. */
import { lstatSync, realpathSync } from 'node:fs';
import { dirname } from 'node:path';
import { hostErrors } from './errors.ts';

/** Why others could change it; `null`: they cannot. Above what is meant a sticky folder, like /tmp, keeps what is in it. */
export function untrusted(path: string, uid: number, isAbove: boolean): string | null {
  const found = lstatSync(path);
  if (found.isSymbolicLink()) return 'is a link';
  if (!found.isDirectory() && !found.isFile()) return 'is neither a file nor a folder';
  if (found.uid !== 0 && found.uid !== uid) return `belongs to user ${found.uid}`;
  // The bits of the group hold for whoever an ACL names, too.
  const isSticky = (found.mode & 0o1000) !== 0;
  if ((found.mode & 0o022) !== 0 && !(isAbove && isSticky)) return 'can be written by others';
  return null;
}

/** The folder itself and those above it; `real` goes through no link. `null`: nobody else can put another in its place. */
export function untrustedWay(real: string, uid: number): { readonly path: string; readonly why: string } | null {
  for (let path = real; ; path = dirname(path)) {
    const why = untrusted(path, uid, path !== real);
    if (why !== null) return { path, why };
    if (path === dirname(path)) return null;
  }
}

/**
 * What is undone, and how, stands in receipts: who could write one would have root run it. Throws `host_state_untrusted`, as where
 * sudo keeps the home folder of whoever calls it.
 */
export function needTrustedState(folder: string, uid = process.getuid?.() ?? 0): void {
  // Whoever is not root has but own rights to lose, and often a group of his own that may write.
  if (uid !== 0) return;
  const way = untrustedWay(realpathSync(folder), uid);
  if (way) throw hostErrors('host_state_untrusted', { detail: `${way.path} ${way.why}` });
}
