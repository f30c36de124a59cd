import { CountChips } from '../../../base/lists/count-chips.tsx';
import type { Narrow } from '../../../base/lists/use-narrow.ts';
import type { HostTotals } from '../api.ts';
import { type HostsFilter, statesOf, withState } from './filter.ts';
import { hostStates, stateWords } from '../words.ts';

export interface StateChipsProps {
  readonly totals: HostTotals;
  readonly state: string | undefined;
  readonly onFilter: Narrow<HostsFilter>;
}

/** How many hosts are in which state; each number narrows the list to itself. */
export function StateChips({ totals, state, onFilter }: StateChipsProps) {
  const chosen = statesOf(state);
  const chips = hostStates
    .map((each) => ({
      key: each,
      label: stateWords[each].label,
      about: stateWords[each].about,
      count: totals.states[each],
      counted: totals.states[each] === 1 ? 'host' : 'hosts',
      on: chosen.includes(each),
      onToggle: (on: boolean) => onFilter((now) => ({ ...now, state: withState(now.state, each, on) })),
    }))
    .filter(({ count, on }) => count > 0 || on);
  return <CountChips chips={chips} />;
}
