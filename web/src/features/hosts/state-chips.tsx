import { UnstyledButton } from '@mantine/core';
import { formatCount } from '../../base/format.ts';
import type { HostTotals } from './api.ts';
import { statesOf, withState } from './filter.ts';
import styles from './hosts.module.css';
import { hostStates, stateWords } from './words.ts';

export interface StateChipsProps {
  readonly totals: HostTotals;
  readonly state: string | undefined;
  readonly onState: (state: string) => void;
}

/** How many hosts are in which state; each number narrows the list to itself. */
export function StateChips({ totals, state, onState }: StateChipsProps) {
  const chosen = statesOf(state);
  return (
    <div className={styles.chips} role="group" aria-label="Show only">
      {hostStates.map((each) => {
        const on = chosen.includes(each);
        const count = totals.states[each];
        if (count === 0 && !on) return null;
        const { label, about } = stateWords[each];
        return (
          <UnstyledButton
            key={each}
            className={styles.chip}
            title={about}
            aria-pressed={on}
            onClick={() => onState(withState(state, each, !on))}
          >
            {label}
            <span className={styles.number}>
              {formatCount(count)}
              <span className="hidden-text"> {count === 1 ? 'host' : 'hosts'}</span>
            </span>
          </UnstyledButton>
        );
      })}
    </div>
  );
}
