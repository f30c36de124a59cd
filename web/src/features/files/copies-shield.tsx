import IconShield from '@tabler/icons-react/icons/IconShield';
import IconShieldCheck from '@tabler/icons-react/icons/IconShieldCheck';
import IconShieldExclamation from '@tabler/icons-react/icons/IconShieldExclamation';
import type { CopiesView } from '../../../../src/files/wire.ts';
import { copiesVerdict } from './copies-verdict.ts';
import styles from './files.module.css';

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
