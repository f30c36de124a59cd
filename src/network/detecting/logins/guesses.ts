import type { DnsRecord, ProtocolRecord, SslRecord } from '../../records/log-records.ts';
import { DistinctCount } from '../known/distinct-count.ts';

/** What can carry a login. */
export type LoginCarrier = Exclude<ProtocolRecord, DnsRecord | SslRecord>;

export function isLogin(record: ProtocolRecord): record is LoginCarrier {
  return record.log !== 'dns' && record.log !== 'ssl';
}

/** Attempts that a record stands for: within one connection SSH lets several fail. */
export function failuresIn(record: LoginCarrier): number {
  const attempts = record.log === 'ssh' ? (record.auth_attempts ?? 1) : 1;
  return record.success === true ? attempts - 1 : record.success === false ? Math.max(1, attempts) : 0;
}

const SHOWN = 3;
const NONE: readonly string[] = [];

/** Names that were tried, the first few of them. Somebody types a password there now and then: only harmless signs are kept. */
export class TriedNames {
  readonly #all = new DistinctCount();
  /** What is pushed to would have room for 17. */
  #shown: readonly string[] = NONE;

  add(user: string | undefined): void {
    if (user === undefined) return;
    this.#all.add(user);
    const name = user.slice(0, 32).replace(/[^\w.@-]/g, '?');
    if (this.#shown.length < SHOWN && !this.#shown.includes(name)) this.#shown = this.#shown.concat(name);
  }

  get size(): number {
    return this.#all.size;
  }

  /** `as root, admin and 5 more`; empty where no name was readable. */
  toString(): string {
    if (this.size === 0) return '';
    const more = this.size - this.#shown.length;
    const names = this.#shown.map((name) => (name === '' ? 'nobody' : name)).join(', ');
    return ` as ${names}${more > 0 ? ` and ${more.toLocaleString('en-US')} more` : ''}`;
  }
}
