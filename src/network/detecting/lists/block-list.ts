import { BlockList, isIP } from 'node:net';

/** Addresses that somebody put on a list, with the name that people know it by. */
export interface AddressList {
  readonly name: string;
  readonly entries: number;
  /** Lines that are no address and no network, the first few of them. */
  readonly wrong: readonly string[];
  has(address: string): boolean;
}

const MOST_WRONG = 5;

/**
 * One address or network (CIDR) on each line; what follows `#`, `;` or a blank is left out. IPv4 networks become sorted ranges,
 * so that a list of a million lines is asked in twenty steps.
 */
export function addressList(name: string, text: string): AddressList {
  const ranges: { readonly from: number; readonly to: number }[] = [];
  const six = new BlockList();
  let entries = 0;
  let sixes = 0;
  const wrong: string[] = [];
  for (const line of text.split('\n')) {
    const entry =
      line
        .replace(/[#;][^]*$/, '')
        .trim()
        .split(/[\s,]/, 1)[0] ?? '';
    if (entry === '') continue;
    const [address = '', bits] = entry.split('/');
    const family = isIP(address);
    const widest = family === 6 ? 128 : 32;
    const prefix = bits === undefined ? widest : /^\d{1,3}$/.test(bits) ? Number(bits) : -1;
    // A network of everything would make every flow an alert.
    if (family === 0 || prefix < 1 || prefix > widest) {
      if (wrong.length < MOST_WRONG) wrong.push(entry.slice(0, 80));
      continue;
    }
    entries += 1;
    if (family === 6) {
      six.addSubnet(address, prefix, 'ipv6');
      sixes += 1;
    } else {
      const size = 2 ** (32 - prefix);
      const from = Math.floor(wordOf(address) / size) * size;
      ranges.push({ from, to: from + size - 1 });
    }
  }
  const [starts, ends] = merged(ranges);
  return {
    ...{ name, entries, wrong },
    has(address) {
      if (address.includes(':')) return sixes > 0 && six.check(address, 'ipv6');
      const word = wordOf(address);
      const at = lastAtMost(starts, word);
      return at >= 0 && word <= ends[at]!;
    },
  };
}

function merged(
  ranges: readonly { readonly from: number; readonly to: number }[],
): readonly [Float64Array, Float64Array] {
  const whole: { from: number; to: number }[] = [];
  for (const { from, to } of ranges.toSorted((one, other) => one.from - other.from)) {
    const last = whole.at(-1);
    if (last && from <= last.to + 1) last.to = Math.max(last.to, to);
    else whole.push({ from, to });
  }
  return [Float64Array.from(whole, ({ from }) => from), Float64Array.from(whole, ({ to }) => to)];
}

/** Place of the greatest that is not above `word`; -1: there is none. */
function lastAtMost(starts: Float64Array, word: number): number {
  let [low, high] = [0, starts.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (starts[middle]! <= word) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

function wordOf(address: string): number {
  let word = 0;
  for (const part of address.split('.')) word = word * 256 + Number(part);
  return word;
}
