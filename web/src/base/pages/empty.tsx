/** A page with nothing on it: says what will be here and offers the first step. */
import type { ReactNode } from 'react';
import styles from './empty.module.css';

export interface EmptyProps {
  readonly icon: ReactNode;
  readonly title: string;
  readonly children?: ReactNode;
  /** Where the page has no title but this. */
  readonly asHeading?: boolean;
}

export function Empty({ icon, title, children, asHeading = false }: EmptyProps) {
  return (
    <div className={styles.empty}>
      <div className={styles.icon} aria-hidden>
        {icon}
      </div>
      {asHeading ? <h1 className={styles.title}>{title}</h1> : <p className={styles.title}>{title}</p>}
      <div className={styles.words}>{children}</div>
    </div>
  );
}
