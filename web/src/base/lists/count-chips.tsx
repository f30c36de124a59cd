import { UnstyledButton } from '@mantine/core';
import type { ReactNode } from 'react';
import styles from './count-chips.module.css';
import { formatCount } from '../text/format.ts';

export interface CountChip {
  /** Names it among the others. */
  readonly key: string;
  readonly sign?: ReactNode;
  readonly label: string;
  readonly about?: string;
  /** `undefined`: not known yet. */
  readonly count: number | undefined;
  /** What is counted, for who hears it: `open`. */
  readonly counted: string;
  readonly on: boolean;
  readonly onToggle: (on: boolean) => void;
}

/** How many there are of each sort; each number narrows the list below to itself. */
export function CountChips({ chips }: { readonly chips: readonly CountChip[] }) {
  return (
    <div className={styles.chips} role="group" aria-label="Show only">
      {chips.map(({ key, sign, label, about, count, counted, on, onToggle }) => (
        <UnstyledButton key={key} className={styles.chip} title={about} aria-pressed={on} onClick={() => onToggle(!on)}>
          {sign}
          {label}
          {count !== undefined && (
            <span className={styles.number}>
              {formatCount(count)}
              <span className="hidden-text"> {counted}</span>
            </span>
          )}
        </UnstyledButton>
      ))}
    </div>
  );
}
