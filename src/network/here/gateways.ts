import { readFileSync } from 'node:fs';

/** Where this computer sends what is not for its own networks, as the kernel of Linux says; none where it cannot be asked. */
export function gatewaysHere(proc = '/proc'): readonly string[] {
  return [...new Set([...routes4(textOf(`${proc}/net/route`)), ...routes6(textOf(`${proc}/net/ipv6_route`))])];
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

/** The third column is the gateway, as a word in the machine's own order, which is little-endian wherever this runs. */
function routes4(text: string): readonly string[] {
  return text
    .split('\n')
    .slice(1)
    .flatMap((line) => {
      const [, , gateway = ''] = line.split('\t');
      if (!/^[0-9A-F]{8}$/.test(gateway) || gateway === '00000000') return [];
      return [[6, 4, 2, 0].map((at) => parseInt(gateway.slice(at, at + 2), 16)).join('.')];
    });
}

/** The fifth column is the next hop. */
function routes6(text: string): readonly string[] {
  return text.split('\n').flatMap((line) => {
    const hop = line.split(' ')[4] ?? '';
    if (!/^[0-9a-f]{32}$/.test(hop) || /^0+$/.test(hop)) return [];
    const groups = Array.from({ length: 8 }, (_, index) => hop.slice(index * 4, index * 4 + 4));
    return [new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1)];
  });
}
