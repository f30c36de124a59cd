/** What a letter is as a mail: one message with its text twice, as plain text and as HTML. */
import { createHash } from 'node:crypto';
import { domainToASCII } from 'node:url';
import type { SendMailOptions } from 'nodemailer';
import { quoted } from '../../base/text/visible.ts';
import type { Letter } from './channel.ts';
import { channelErrors } from './errors.ts';

/** RFC 5321 section 4.5.3.1. */
const MAX_ADDRESS_BYTES = 254;
const MAX_LOCAL_BYTES = 64;
/** Without quotes, comments, groups and lists: what stands here is one address and can be read as nothing else. */
const LOCAL = /^[^\s\p{C}<>()[\]\\,;:"@]+$/u;
const DOMAIN = /^[^\s\p{C}<>()[\]\\,;:"@/?#%]+$/u;

/** True for one plain address, of any script. */
export function isMailAddress(text: string): boolean {
  const at = text.lastIndexOf('@');
  const local = text.slice(0, Math.max(0, at));
  const domain = text.slice(at + 1);
  const short = Buffer.byteLength(text) <= MAX_ADDRESS_BYTES && Buffer.byteLength(local) <= MAX_LOCAL_BYTES;
  return short && LOCAL.test(local) && DOMAIN.test(domain) && domainToASCII(domain) !== '';
}

/** Throws `channel_destination_invalid`. */
export function checkMailAddress(address: string): void {
  if (isMailAddress(address)) return;
  throw channelErrors('channel_destination_invalid', {
    attempted: `Send mail to ${quoted(address)}`,
    detail: 'this is not one plain mail address',
  });
}

export interface Sender {
  readonly address: string;
  readonly name: string;
}

/** `to` has passed {@link checkMailAddress}. Nothing in it makes a header: nodemailer encodes what is not plain. */
export function mailOf(letter: Letter, to: string, from: Sender): SendMailOptions {
  const domain = domainToASCII(from.address.slice(from.address.lastIndexOf('@') + 1));
  return {
    from,
    to: { name: '', address: to },
    // Told apart from the headers, so that nothing is ever read out of a header again.
    envelope: { from: from.address, to: [to] },
    subject: letter.subject.replaceAll(/[\p{Cc}\u2028\u2029]+/gu, ' '),
    text: letter.text,
    html: letter.html,
    // A repeat is the same message, by which mail servers and readers know it again.
    messageId: `<${messageName(letter.id)}@${domain}>`,
    date: new Date(letter.at),
    headers: {
      // RFC 3834: no answer of a machine is wanted; the second says so to Exchange.
      'Auto-Submitted': 'auto-generated',
      'X-Auto-Response-Suppress': 'All',
      'X-Holdfast-Kind': letter.kind.replaceAll(/[^A-Za-z0-9_.-]/g, ''),
    },
    // RFC 2919: what people's filters go by.
    list: { id: { url: `notices.${domain}`, comment: from.name } },
    disableFileAccess: true,
    disableUrlAccess: true,
  };
}

/** The id itself where it is as plain as a UUID. */
function messageName(id: string): string {
  return /^[A-Za-z0-9-]{1,64}$/.test(id) ? id : createHash('sha256').update(id).digest('hex');
}
