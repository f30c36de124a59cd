import { resolve } from 'node:path';
import { type CommandInput, wholeNumber } from './command.ts';
import { commandErrors } from './errors.ts';

/** Options of whoever keeps packets in a ring of files, the oldest of which go. */
export const ringOptions = [
  { name: 'ring', value: 'DIR', about: 'Also keep the packets themselves, in files that only you can read' },
  { name: 'ring-mib', value: 'N', about: 'At most so much of them; the oldest go (default 1024)' },
  { name: 'ring-hours', value: 'H', about: 'At most for so long (default 24)' },
] as const;

export interface RingChoice {
  /** Absolute. */
  readonly folder: string;
  /** Of all files together. */
  readonly limits: { readonly bytes: number; readonly ageMs: number };
}

/** `null`: packets are not to be kept. Throws `usage_invalid`. */
export function ringFrom(input: CommandInput, workingFolder: string): RingChoice | null {
  const folder = input.text('ring');
  const [mib, hours] = [input.text('ring-mib'), input.text('ring-hours')];
  if (folder === undefined) {
    if (mib === undefined && hours === undefined) return null;
    throw commandErrors('usage_invalid', { detail: '--ring-mib and --ring-hours are for --ring DIR' });
  }
  const limits = {
    bytes: wholeNumber(mib ?? '1024', { option: 'ring-mib', min: 1, max: 2 ** 24 }) * 2 ** 20,
    ageMs: wholeNumber(hours ?? '24', { option: 'ring-hours', min: 1, max: 24 * 365 }) * 3_600_000,
  };
  return { folder: resolve(workingFolder, folder), limits };
}
