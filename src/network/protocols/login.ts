import type { Channel } from './analyzer.ts';
import type { LoginRecord } from '../records/log-records.ts';

/** What is known of an attempt before the server answers. */
export interface Attempt {
  readonly ts: number;
  user?: string | undefined;
  mechanism?: string | undefined;
  database?: string | undefined;
  isCleartext?: boolean;
}

interface Answer {
  readonly success?: boolean;
  readonly code?: string;
  readonly response?: string;
}

const MOST_RESPONSE = 256;

/** Attempts to log in over one connection, one after the other, and what becomes of each. */
export class Logins {
  /** What the server calls itself. */
  server: string | undefined;
  attempt: Attempt | null = null;
  readonly #channel: Channel;
  readonly #log: LoginRecord['log'];

  constructor(channel: Channel, log: LoginRecord['log']) {
    this.#channel = channel;
    this.#log = log;
  }

  /** One that still waits for its answer will get none. */
  begin(attempt: Attempt): Attempt {
    this.settle({});
    this.attempt = attempt;
    return attempt;
  }

  settle({ success, code, response }: Answer): void {
    const { attempt } = this;
    if (attempt === null) return;
    this.attempt = null;
    const { ts, user, mechanism, database, isCleartext } = attempt;
    this.#channel.emit({
      ...{ log: this.#log, ts },
      ...(user !== undefined && { user: user.slice(0, MOST_RESPONSE) }),
      ...(success !== undefined && { success }),
      ...(isCleartext && { cleartext: true }),
      ...(mechanism !== undefined && { mechanism }),
      ...(database !== undefined && { database }),
      ...(code !== undefined && { code }),
      ...(response !== undefined && response !== '' && { response: response.slice(0, MOST_RESPONSE) }),
      ...this.#named(),
      tls: false,
    });
  }

  /** The connection goes on encrypted: who logs in then nobody sees. */
  hidden(ts: number): void {
    this.settle({});
    this.#channel.emit({ log: this.#log, ts, ...this.#named(), tls: true });
    this.#channel.startOver();
  }

  #named() {
    return this.server === undefined ? {} : { server: this.server };
  }
}
