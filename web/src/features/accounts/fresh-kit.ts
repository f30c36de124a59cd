import { createStore } from '../../base/store.ts';

/** A recovery kit that was just made: shown once, kept nowhere but in this page's memory. */
export interface FreshKit {
  readonly email: string;
  readonly recoveryKey: string;
  /** The file, which explains itself. */
  readonly recoveryKit: string;
}

export const freshKit = createStore<FreshKit | null>(null);

/** What somebody types to show that they have the kit: too short to help anybody else, too long to guess. */
export const CONFIRMING_CHARACTERS = 6;

/** Whether these are the last characters of the key, as people copy them from paper. */
export function confirmsKit(typed: string, recoveryKey: string): boolean {
  const bare = typed.replaceAll(/\s/g, '').toUpperCase();
  return bare.length >= CONFIRMING_CHARACTERS && recoveryKey.toUpperCase().endsWith(bare);
}
