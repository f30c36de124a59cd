/**
 * A notice as it is kept: an age file that only its reader opens, and a MAC of the workspace that says who wrote it and
 * for whom. Without the MAC, whoever writes the database could put words into the mouth of the server.
 */
import { decryptBytes, encryptBytes, type KeyIdentity, parseRecipient } from '../../age/index.ts';
import { hasCode } from '../../base/errors.ts';
import type { NotificationsDeps } from '../notifications-deps.ts';
import type { NoticeBody, NoticeRow } from '../records.ts';

type RowKey = NotificationsDeps['workspaceKey'];

/** Filled up to a multiple of this, so that the length tells little. */
const BLOCK_BYTES = 512;

/** Base64. Throws `age_key_invalid`. */
export function sealBody(recipient: string, body: NoticeBody): string {
  const text = JSON.stringify(body);
  const bytes = Buffer.byteLength(text);
  // JSON allows spaces at its end.
  const padded = text + ' '.repeat(Math.ceil(bytes / BLOCK_BYTES) * BLOCK_BYTES - bytes);
  return encryptBytes(Buffer.from(padded), [parseRecipient(recipient)]).toString('base64');
}

/** `null` for what was encrypted to a key that the account had before. Throws what a damaged file does. */
export function openBody(identity: KeyIdentity, body: string): NoticeBody | null {
  try {
    return JSON.parse(decryptBytes(Buffer.from(body, 'base64'), [identity]).toString()) as NoticeBody;
  } catch (error) {
    if (hasCode(error, 'age_no_identity_match')) return null;
    throw error;
  }
}

export function macOf(key: RowKey, accountId: string, noticeId: string, row: Omit<NoticeRow, 'mac'>): string {
  return key.mac('notice', { accountId, noticeId, ...row });
}

export function isGenuine(key: RowKey, accountId: string, noticeId: string, { mac, ...row }: NoticeRow): boolean {
  return key.verifyMac('notice', { accountId, noticeId, ...row }, mac);
}
