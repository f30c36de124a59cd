import { transferErrors } from '../transfer/transfer-errors.ts';

// What Windows itself refuses, and the names of its devices, with any extension.
const WINDOWS = /[<>:"|?*\\]|[. ]$|^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\.|$)/i;
const CONTROL = /[\u0000-\u001f\u007f]/;

/**
 * Throws `local_name_refused` for a name that would not be one plain file in its folder. Names come from whoever wrote
 * into the drive, or from a server that lies: `..`, `/etc/passwd` and `C:x` must not leave the target.
 */
export function assertLocalName(name: string, platform: NodeJS.Platform): void {
  const reason = refusal(name, platform);
  if (reason) throw transferErrors('local_name_refused', { attempted: `Write a file named “${name}”`, detail: reason });
}

function refusal(name: string, platform: NodeJS.Platform): string | undefined {
  if (name === '') return 'it is empty';
  if (name === '.' || name === '..') return 'it means a folder and no file';
  if (name.includes('/')) return 'it holds a “/”';
  if (CONTROL.test(name)) return 'it holds a control character';
  if (!name.isWellFormed()) return 'it is not well-formed Unicode';
  if (platform === 'win32' && WINDOWS.test(name)) return 'Windows does not allow it';
  return undefined;
}

/** The form in which two names are one on this computer: macOS and Windows do not tell `A` from `a`. */
export function localIdentity(name: string, platform: NodeJS.Platform): string {
  const folded = name.normalize('NFC');
  return platform === 'win32' || platform === 'darwin' ? folded.toLowerCase() : folded;
}
