import { Link } from '@tanstack/react-router';
import { visible } from '../../../base/text/visible.ts';
import type { Talker } from '../api.ts';
import { AddressLink } from '../bits.tsx';
import { flowsFilterFrom } from '../flows/filter.ts';
import type { RangeSearch } from '../range.ts';
import { serviceWords } from '../words.ts';

export type TalkerBy = 'address' | 'service' | 'port';

export interface TalkerNameProps {
  readonly by: TalkerBy;
  readonly name: Talker['name'];
  readonly range: RangeSearch;
}

/** The way to its flows. */
export function TalkerName({ by, name, range }: TalkerNameProps) {
  if (by === 'address') return <AddressLink address={name} range={range} />;
  if (by === 'port') return <PortLink name={name} range={range} />;
  // A flow whose protocol is not known cannot be asked for by it.
  if (name === '-') return <span className="soft">{serviceWords(name)}</span>;
  return (
    <Link to="/security/network/flows" search={{ ...range, service: name }}>
      {visible(serviceWords(name))}
    </Link>
  );
}

/** `443/tcp` */
function PortLink({ name, range }: Omit<TalkerNameProps, 'by'>) {
  const [port = '', proto = ''] = name.split('/');
  return (
    <Link to="/security/network/flows" search={flowsFilterFrom({ ...range, port, proto })}>
      {visible(name)}
    </Link>
  );
}
