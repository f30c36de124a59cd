import IconShield from '@tabler/icons-react/icons/IconShield';
import IconShieldCheck from '@tabler/icons-react/icons/IconShieldCheck';
import IconShieldExclamation from '@tabler/icons-react/icons/IconShieldExclamation';
import type { CopiesView } from '../../../../src/files/wire.ts';
import styles from './files.module.css';

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

/** The number beside the picture is what counts; the picture is for who would rather look. */
export function CopiesShield({ copies, short = false }: { readonly copies: CopiesView; readonly short?: boolean }) {
  const { state, said } = copiesVerdict(copies);
  const Icon = state === 'good' ? IconShieldCheck : state === 'making' ? IconShield : IconShieldExclamation;
  return (
    <span className={styles.shield} data-state={state} title={said}>
      <Icon size={16} stroke={1.8} aria-hidden />
      <span>
        {copies.count} of 2{short ? <span className="hidden-text"> copies</span> : ' copies'}
      </span>
      <span className="hidden-text">. {said}</span>
    </span>
  );
}
