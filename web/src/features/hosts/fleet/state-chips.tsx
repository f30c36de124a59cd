import { CountChips } from '../../../base/lists/count-chips.tsx';
import type { HostTotals } from '../api.ts';
import { statesOf, withState } from './filter.ts';
import { hostStates, stateWords } from '../words.ts';

export interface StateChipsProps {
  readonly totals: HostTotals;
  readonly state: string | undefined;
  readonly onState: (state: string) => void;
}

/** How many hosts are in which state; each number narrows the list to itself. */
export function StateChips({ totals, state, onState }: StateChipsProps) {
  const chosen = statesOf(state);
  const chips = hostStates
    .map((each) => ({
      key: each,
      label: stateWords[each].label,
      about: stateWords[each].about,
      count: totals.states[each],
      counted: totals.states[each] === 1 ? 'host' : 'hosts',
      on: chosen.includes(each),
      onToggle: (on: boolean) => onState(withState(state, each, on)),
    }))
    .filter(({ count, on }) => count > 0 || on);
  return <CountChips chips={chips} />;
}
