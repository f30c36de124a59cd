import { hostErrors } from '../errors.ts';
import { platformHere } from '../system/platform.ts';

/** For what is not done on Windows. Throws `host_unsupported`. */
export function needLinux(): void {
  if (process.platform !== 'linux') throw hostErrors('host_unsupported', { detail: process.platform });
}

/** Throws `host_unsupported`. */
export function needKnownPlatform(): void {
  if (platformHere() === null) throw hostErrors('host_unsupported', { detail: process.platform });
}
