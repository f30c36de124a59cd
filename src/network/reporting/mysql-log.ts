import { open } from 'node:fs/promises';
import { isIP } from 'node:net';
import { plainAddress } from '../../base/http/addresses.ts';
import { networkErrors } from '../errors.ts';

/** A login that MariaDB or MySQL refused, out of its own log: also one that was encrypted on the wire. */
export interface RefusedLogin {
  /** Seconds since 1970. The log has whole ones, in the time of this computer. */
  readonly ts: number;
  readonly user: string;
  readonly source: string;
}

/** The end of a longer one is read, as the host scanner does. */
const MOST_BYTES = 64 * 2 ** 20;

/**
 * `2026-11-29  4:05:06 12 [Warning] Access denied for user 'root'@'192.0.2.7' (using password: YES)`, or with `T` in RFC 3339. Somebody may call
 * himself `a'@'198.51.100.1`, so that another seems to have come: the address is what stands last.
 */
const REFUSED =
  /^(\d{4})-(\d\d)-(\d\d)[T ] ?(\d{1,2}):(\d\d):(\d\d)(?:\.\d+)?(Z|[+-]\d\d:\d\d)? .*?Access denied for user '(.*)'@'([^']*)'(?: \(using password: \w+\))?\s*$/;
/** Names of users and hosts are far shorter. */
const MOST_OF_A_LINE = 4096;

export function refusedLogins(text: string): readonly RefusedLogin[] {
  return text.split('\n').flatMap((line): RefusedLogin[] => {
    const found = line.length > MOST_OF_A_LINE ? null : REFUSED.exec(line);
    if (!found) return [];
    const [, year, month, day, hour, minute, second, zone, user = '', host = ''] = found;
    const source = plainAddress(host);
    if (isIP(source) === 0) return [];
    const [y, mo, d, h, mi, s] = [year, month, day, hour, minute, second].map(Number) as [
      number,
      number,
      number,
      number,
      number,
      number,
    ];
    const pad = (value: number): string => String(value).padStart(2, '0');
    const ms =
      zone === undefined
        ? new Date(y, mo - 1, d, h, mi, s).getTime()
        : Date.parse(`${y}-${pad(mo)}-${pad(d)}T${pad(h)}:${pad(mi)}:${pad(s)}${zone}`);
    // Whatever somebody typed as a name: only harmless signs of it are kept.
    return Number.isFinite(ms) ? [{ ts: ms / 1000, user: user.slice(0, 32).replace(/[^\w.@-]/g, '?'), source }] : [];
  });
}

/** Throws `network_log_unreadable`. */
export async function readRefusedLogins(path: string): Promise<readonly RefusedLogin[]> {
  try {
    await using file = await open(path, 'r');
    const { size } = await file.stat();
    const bytes = Buffer.alloc(Math.min(size, MOST_BYTES));
    const { bytesRead } = await file.read(bytes, 0, bytes.length, size - bytes.length);
    return refusedLogins(bytes.subarray(0, bytesRead).toString('utf8'));
  } catch (cause) {
    throw networkErrors('network_log_unreadable', {
      attempted: `Read “${path}”`,
      detail: (cause as Error).message,
      cause,
    });
  }
}
