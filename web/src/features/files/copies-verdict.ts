import type { CopiesView } from '../../../../src/files/wire.ts';

/** Green is kept for what was proven: both copies were read back and their hash is right. */
export function copiesVerdict({ primary, backup, count }: CopiesView): {
  readonly state: 'good' | 'making' | 'look' | 'risk';
  readonly said: string;
} {
  const states = [primary, backup];
  if (states.every((each) => each === 'verified')) {
    return { state: 'good', said: 'Both copies were read back and are right.' };
  }
  if (count === 0 && states.includes('lost')) {
    return { state: 'risk', said: 'No good copy is known: each is missing or altered.' };
  }
  if (states.includes('lost')) {
    return { state: 'look', said: 'One copy is missing or altered. It is being made anew from the other.' };
  }
  if (states.includes('pending')) {
    return { state: 'making', said: 'Stored. The second copy is still being made.' };
  }
  return { state: 'making', said: 'Both copies are stored. They have not all been read back yet.' };
}
