import { parseIdentityFile } from '../../age/index.ts';
import type { KeyIdentity } from '../../age/index.ts';

/** A kit is a few hundred bytes and a pq key about as long; more is no kit. */
const MAX_KIT_CHARACTERS = 16 * 1024;

/**
 * The recovery kit: an age identity file whose comments say what it is for, so that the kit itself works with
 * `age -d -i kit.txt`. Everything a person needs stands in it, for it is read when all else is gone.
 */
export function recoveryKit(facts: {
  readonly name: string;
  readonly email: string;
  readonly accountId: string;
  readonly createdTime: string;
  readonly recoveryKey: KeyIdentity;
}): string {
  return `${[
    '# Holdfast recovery kit',
    '#',
    `# account:   ${facts.name} <${facts.email}>`,
    `# id:        ${facts.accountId}`,
    `# made:      ${facts.createdTime}`,
    '#',
    '# Keep this page on paper or in a password manager, away from your computer. Whoever has it can open your files.',
    '# Nobody else can make it again: without your password and without this kit your personal files are lost.',
    '#',
    '# Password forgotten:  holdfast account recover URL --email YOUR-ADDRESS --recovery-key-file THIS-FILE',
    '# The kit stays valid after that and after every change of password.',
    '#',
    '# Server gone: the bucket (or the folders data/objects and data/backup) and this file are enough. With age >= 1.3:',
    `#   age -d -i THIS-FILE keys/accounts/${facts.accountId}/recovery.age > account.txt`,
    `#   age -d -i account.txt keys/drives/DRIVE-ID/${facts.accountId}.age > keyring.txt`,
    '#   age -d -i keyring.txt drives/DRIVE-ID/o/OBJECT-ID.age > file',
    '#',
    '# The recovery key is the next line, whole:',
    facts.recoveryKey.toString(),
  ].join('\n')}\n`;
}

/** Reads a recovery key as people give it: the line alone, broken by a printer's line ends, or the whole kit. */
export function parseRecoveryKey(text: string): KeyIdentity | null {
  if (text.length > MAX_KIT_CHARACTERS) return null;
  const bare = text
    .split(/\r?\n/)
    .filter((line) => !line.trim().startsWith('#'))
    .join('')
    .replace(/\s+/g, '')
    .toUpperCase();
  try {
    const [identity, ...more] = parseIdentityFile(bare);
    return more.length === 0 ? (identity ?? null) : null;
  } catch {
    return null;
  }
}
