import { open } from 'node:fs/promises';
import { networkErrors } from '../errors.ts';
import { type RefusedLogin, refusedLogins } from './mysql-log.ts';

/** Of what was written between two looks; of more, the end is read. */
const MOST_BYTES = 4 * 2 ** 20;

/** What a database adds to its log while somebody watches. */
export class MysqlLogTail {
  readonly #path: string;
  /** How far it was read; `null`: not at all, and what stands there by then is of before. */
  #readTo: number | null = null;

  constructor(path: string) {
    this.#path = path;
  }

  /** Refused logins since the last time. A file that has become shorter was begun anew. Throws `network_log_unreadable`. */
  async read(): Promise<readonly RefusedLogin[]> {
    try {
      await using file = await open(this.#path, 'r');
      const { size } = await file.stat();
      const before = this.#readTo ?? size;
      const from = Math.max(size < before ? 0 : before, size - MOST_BYTES);
      const bytes = Buffer.alloc(size - from);
      const { bytesRead } = await file.read(bytes, 0, bytes.length, from);
      // A line that is being written is for the next time.
      const whole = bytes.subarray(0, bytes.lastIndexOf('\n', bytesRead - 1) + 1);
      this.#readTo = from + whole.length;
      return refusedLogins(whole.toString('utf8'));
    } catch (cause) {
      const attempted = `Read “${this.#path}”`;
      throw networkErrors('network_log_unreadable', { attempted, detail: (cause as Error).message, cause });
    }
  }
}
