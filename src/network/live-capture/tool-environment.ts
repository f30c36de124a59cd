import { readFileSync } from 'node:fs';

/** Its words in English, and nothing of ours: secrets may lie in an environment. */
export function toolEnvironment(): NodeJS.ProcessEnv {
  return { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C' };
}

/** Whom tcpdump may become; `null`: we are not root, so there is nothing to give up. */
export function unprivilegedUser(): string | null {
  if (process.getuid?.() !== 0) return null;
  let users = '';
  try {
    users = readFileSync('/etc/passwd', 'utf8');
  } catch {
    // Users may lie elsewhere; everywhere there is this one.
  }
  return /^tcpdump:/m.test(users) ? 'tcpdump' : 'nobody';
}
