import { visible } from '../../base/text/visible.ts';

/** An address with its port as people write it: `192.0.2.1:443`, `[2001:db8::1]:443`. */
export function endText(address: string, port: number, proto: string): string {
  if (proto === 'icmp' || proto === 'unknown_transport') return visible(address);
  return address.includes(':') ? `[${visible(address)}]:${port}` : `${visible(address)}:${port}`;
}
