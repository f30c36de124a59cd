/** JSON without `undefined`; every value of a record is one. */
export type Canonical =
  | null
  | boolean
  | number
  | string
  | readonly Canonical[]
  | { readonly [name: string]: Canonical };

/**
 * One text per value: members in order of their names' UTF-16 code units, no white space (RFC 8785 for the values that
 * records hold). MACs, hashes and signatures are taken over this, so that the way a store orders members makes no
 * difference. Whoever makes a value with its members in this order has it written in half the time.
 */
export function canonicalJson(value: Canonical): string {
  return isInOrder(value) ? JSON.stringify(value) : textOf(value, LOOKS);
}

/**
 * Within what is out of order, arrays so deep have items that are looked at by themselves: the events of a batch. Not more, as each look
 * goes over all that lies in them, and whoever writes into the database nests them as deep as he likes.
 */
const LOOKS = 2;

/** Whether its plain JSON is canonical. */
function isInOrder(value: Canonical): boolean {
  if (value === null || typeof value !== 'object') {
    assertFinite(value);
    return value !== undefined;
  }
  if (Array.isArray(value)) return (value as readonly Canonical[]).every(isInOrder);
  const members = value as { readonly [name: string]: Canonical };
  let before = '';
  for (const name of Object.keys(members)) {
    // Strings are compared by UTF-16 code units. An empty name can only stand first.
    if (name < before || !isInOrder(members[name] as Canonical)) return false;
    before = name;
  }
  return true;
}

function textOf(value: Canonical, looks: number): string {
  if (typeof value === 'string') return quoted(value);
  if (value === null || typeof value !== 'object') {
    assertFinite(value);
    return JSON.stringify(value);
  }
  // By hand: arrays in between took most of the time.
  let text = '';
  if (Array.isArray(value)) {
    for (const item of value as readonly Canonical[]) {
      const part = looks > 0 && isInOrder(item) ? JSON.stringify(item) : textOf(item, looks - 1);
      text += `${text === '' ? '' : ','}${part}`;
    }
    return `[${text}]`;
  }
  const members = value as { readonly [name: string]: Canonical };
  // Without a comparison of its own `sort` goes by UTF-16 code units.
  for (const name of Object.keys(members).toSorted()) {
    text += `${text === '' ? '' : ','}${quoted(name)}:${textOf(members[name] as Canonical, looks)}`;
  }
  return `{${text}}`;
}

function assertFinite(value: Canonical): void {
  if (typeof value === 'number' && !Number.isFinite(value)) throw new TypeError('A record holds finite numbers only');
}

/** Printable ASCII that JSON leaves as it is. */
const PLAIN = /^[ !#-[\]-~]*$/;

function quoted(text: string): string {
  return PLAIN.test(text) ? `"${text}"` : JSON.stringify(text);
}
