/** The smallest pieces of the pages about the network. */
import { Link } from '@tanstack/react-router';
import { Foreign } from '../../base/text/bits.tsx';
import { visible } from '../../base/text/visible.ts';
import { isAddress } from './flows/filter.ts';
import { formatExactMoment, formatMoment } from './moments.ts';
import type { RangeSearch } from './range.ts';

/** `children`: seconds since 1970. */
export function Moment({ children }: { readonly children: number }) {
  return <time title={formatExactMoment(children)}>{formatMoment(children)}</time>;
}

export interface AddressLinkProps {
  readonly address: string;
  readonly range: RangeSearch;
}

/** An address is the way to all that is known of it. */
export function AddressLink({ address, range }: AddressLinkProps) {
  if (!isAddress(address)) return <Foreign>{address}</Foreign>;
  return (
    <Link to="/security/network/sources/$address" params={{ address }} search={range} dir="ltr">
      {visible(address)}
    </Link>
  );
}
