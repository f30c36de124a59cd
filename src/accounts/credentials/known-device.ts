import { randomBytes } from 'node:crypto';
import type { AccountDeps } from '../account-deps.ts';

/**
 * A device that somebody has logged in on keeps a token that says so: `hfd_` + base64url(16 bytes) + `.` + time of
 * issue + `.` + MAC under the workspace key, for one account. It opens nothing; it only gives the device attempts of
 * its own, which nobody else can use up.
 */
const TOKEN = /^hfd_([A-Za-z0-9_-]{22})\.([0-9a-z]{1,11})\.([0-9]{1,6}\.[A-Za-z0-9_-]{43})$/;

type Deps = Pick<AccountDeps, 'workspaceKey' | 'clock' | 'settings'>;

export function newDeviceToken(accountId: string, { workspaceKey, clock }: Deps): string {
  const deviceId = randomBytes(16).toString('base64url');
  const issuedMs = clock();
  const mac = workspaceKey.mac('known-device', { accountId, deviceId, issuedMs });
  return `hfd_${deviceId}.${issuedMs.toString(36)}.${mac}`;
}

/** The device's id; `null` for anything that was not made for this account, or too long ago. */
export function knownDeviceOf(
  token: string | undefined,
  accountId: string,
  { workspaceKey, clock, settings }: Deps,
): string | null {
  const match = TOKEN.exec(token ?? '');
  if (!match?.[1] || !match[2]) return null;
  const [, deviceId, issued, mac] = match;
  const issuedMs = Number.parseInt(issued ?? '', 36);
  if (!Number.isSafeInteger(issuedMs) || issuedMs + settings.knownDeviceMs <= clock()) return null;
  return workspaceKey.verifyMac('known-device', { accountId, deviceId, issuedMs }, mac) ? deviceId : null;
}
