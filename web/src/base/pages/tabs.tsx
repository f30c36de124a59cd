/** The parts of one page, each with an address of its own. */
import { Link, type LinkProps, useLocation } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import styles from './tabs.module.css';

export interface Tab {
  readonly label: string;
  readonly to: NonNullable<LinkProps['to']>;
  /** Pages below its address belong to it. */
  readonly holdsMore?: boolean;
  /** What of the address stays when one goes from part to part. */
  readonly keep?: (search: Readonly<Record<string, unknown>>) => object;
}

export function Tabs({ label, tabs }: { readonly label: string; readonly tabs: readonly Tab[] }) {
  const bar = useRef<HTMLElement>(null);
  const { pathname } = useLocation();
  // On a narrow screen the bar scrolls, and the one that is open may lie beyond its edge.
  useEffect(() => {
    const [open] = [...(bar.current?.querySelectorAll('a') ?? [])]
      .filter((link) => `${pathname}/`.startsWith(`${link.pathname}/`))
      .toSorted((one, other) => other.pathname.length - one.pathname.length);
    open?.scrollIntoView({ block: 'nearest', inline: 'center' });
  }, [pathname]);
  return (
    <nav ref={bar} className={styles.tabs} aria-label={label}>
      {tabs.map(({ label, to, holdsMore = false, keep }) => (
        <Link
          key={to}
          to={to}
          {...(keep === undefined ? {} : { search: keep as never })}
          className={styles.tab}
          activeOptions={{ exact: !holdsMore, includeSearch: false }}
        >
          {label}
        </Link>
      ))}
    </nav>
  );
}
