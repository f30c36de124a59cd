/** A list with nothing on it means one of three things, and only one of them is good news. */
import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import IconFilterOff from '@tabler/icons-react/icons/IconFilterOff';
import IconRadar from '@tabler/icons-react/icons/IconRadar';
import IconShieldCheck from '@tabler/icons-react/icons/IconShieldCheck';
import { Empty } from '../../base/pages/empty.tsx';
import type { Narrow } from '../../base/lists/use-narrow.ts';
import { counted, formatCount } from '../../base/text/format.ts';
import type { TotalsReply } from './api.ts';
import { type FindingsFilter, isNarrowed } from './filter.ts';
import { stateWords } from './words.ts';

export interface NothingFoundProps {
  readonly filter: FindingsFilter;
  readonly totals: TotalsReply | undefined;
  readonly onFilter: Narrow<FindingsFilter>;
}

export function NothingFound({ filter, totals, onFilter }: NothingFoundProps) {
  if (!totals) return null;
  const { states } = totals;
  const all = Object.values(states).reduce((sum, count) => sum + count, 0);
  if (all === 0) {
    return (
      <Empty icon={<IconRadar size={40} stroke={1.3} />} title="Nothing has been looked at yet">
        <p>
          What the guards find in buckets, on hosts and on the network will be here, worst first: what is open to
          outsiders, what is set up wrong, what they could not look at. No guard has reported so far, so this says
          nothing about how safe things are.
        </p>
        <p>
          Begin with <Link to="/security/hosts">a host</Link>, <Link to="/security/buckets">the buckets</Link> or{' '}
          <Link to="/security/network">the network</Link>. A guard of your own reports over the{' '}
          <a href="/api/docs">HTTP interface</a>.
        </p>
      </Empty>
    );
  }
  if (isNarrowed(filter) || (filter.state !== undefined && filter.state !== 'open')) {
    const state = filter.state === undefined || filter.state === 'all' ? null : stateWords[filter.state].label;
    return (
      <Empty icon={<IconFilterOff size={40} stroke={1.3} />} title="No finding fits">
        <p>Nothing {state === null ? 'here' : `that is ${state.toLowerCase()}`} fits what the list is narrowed to.</p>
        <Button variant="default" onClick={() => onFilter(() => ({}))}>
          Show what is open
        </Button>
      </Empty>
    );
  }
  const rest = [
    ...(states.accepted > 0 ? [`${formatCount(states.accepted)} accepted`] : []),
    ...(states.suppressed > 0 ? [`${formatCount(states.suppressed)} suppressed`] : []),
    ...(states.fixed > 0 ? [`${formatCount(states.fixed)} fixed`] : []),
  ];
  return (
    <Empty icon={<IconShieldCheck size={40} stroke={1.3} />} title="Nothing is open">
      <p>
        {counted(states.clear, 'thing')} looked at and in order{rest.length > 0 ? `; besides ${rest.join(', ')}` : ''}.
        What no guard looks at is not in these numbers.
      </p>
      <Button variant="default" onClick={() => onFilter(() => ({ state: 'all' }))}>
        Show all of it
      </Button>
    </Empty>
  );
}
