/** The pages for people who are not logged in, or need not be: one narrow column, one thing to do. */
import type { ReactNode } from 'react';
import { usePageTitle } from './use-page-title.ts';
import styles from './outside.module.css';

export interface OutsideProps {
  readonly title: string;
  readonly lead?: ReactNode;
  readonly children: ReactNode;
  /** Where else somebody may want to go. */
  readonly foot?: ReactNode;
  readonly wide?: boolean;
}

export function Outside({ title, lead, children, foot, wide = false }: OutsideProps) {
  usePageTitle(title);
  return (
    <div className={styles.page}>
      <header className={styles.mark}>Holdfast</header>
      <main className={styles.column} data-wide={wide || undefined}>
        <h1 className={styles.title}>{title}</h1>
        {lead !== undefined && <div className="soft">{lead}</div>}
        {children}
        {foot !== undefined && <nav className={styles.foot}>{foot}</nav>}
      </main>
    </div>
  );
}
