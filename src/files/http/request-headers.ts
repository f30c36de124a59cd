import { isUtf8 } from 'node:buffer';
import type { IncomingHttpHeaders } from 'node:http';
import { fileErrors } from '../errors.ts';
import type { Conditions } from '../versions/commit-version.ts';

/** Reading of request headers; each refuses what it cannot read instead of guessing. */

/**
 * The file name of a `Content-Disposition` (RFC 6266): `filename*` (RFC 8187), else `filename`, whose bytes are taken
 * as UTF-8 when they are UTF-8. Names never stand in URLs, which end up in proxies' logs.
 * Throws `name_empty` when there is none, `name_invalid` when it cannot be read.
 */
export function nameFromDisposition(header: string | undefined): string {
  const found = new Map<string, string>();
  const parameter = /;\s*([\w!#$&+^`|~.-]+\*?)\s*=\s*("(?:[^"\\]|\\.)*"|[^;\s]*)/g;
  for (const [, name = '', value = ''] of (header ?? '').matchAll(parameter)) {
    const key = name.toLowerCase();
    if (!found.has(key)) found.set(key, value);
  }
  const extended = found.get('filename*');
  if (extended !== undefined) return extendedValue(extended);
  const plain = found.get('filename');
  if (plain === undefined) throw fileErrors('name_empty', { detail: 'Content-Disposition carries no file name' });
  const text = plain.startsWith('"') ? plain.slice(1, -1).replaceAll(/\\(.)/g, '$1') : plain;
  // node:http hands header bytes over as Latin-1.
  const bytes = Buffer.from(text, 'latin1');
  return isUtf8(bytes) ? bytes.toString() : text;
}

function extendedValue(value: string): string {
  const unquoted = value.startsWith('"') ? value.slice(1, -1) : value;
  const encoded = /^utf-8'[^']*'(.*)$/i.exec(unquoted)?.[1];
  try {
    if (encoded !== undefined) return decodeURIComponent(encoded);
  } catch {
    // Told below, as for any other charset.
  }
  throw fileErrors('name_invalid', { detail: 'filename* is not percent-encoded UTF-8 as RFC 8187 wants it' });
}

/** A name in the form that {@link nameFromDisposition} and every browser read. */
export function attachment(name: string): string {
  const ascii = name.replaceAll(/[^\x20-\x7e]|["\\%]/g, '_');
  const encoded = encodeURIComponent(name).replaceAll(
    /['()*!]/g,
    (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${ascii}"; filename*=UTF-8''${encoded}`;
}

const RFC_3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/i;

/** Milliseconds since the epoch. Throws `modified_time_invalid`. */
export function modifiedMsFrom(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const atMs = RFC_3339.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(atMs)) throw fileErrors('modified_time_invalid');
  return atMs;
}

/** The SHA-256 of a `Content-Digest` (RFC 9530) in hex; other algorithms are passed over. Throws `digest_invalid`. */
export function sha256FromDigest(header: string | undefined): string | undefined {
  if (header === undefined) return undefined;
  const members = header.split(',').map((member) => member.trim());
  const member = members.find((each) => each.toLowerCase().startsWith('sha-256='));
  if (member === undefined) return undefined;
  const encoded = /^:([A-Za-z0-9+/]{43}=):$/.exec(member.slice('sha-256='.length))?.[1];
  if (encoded === undefined) throw fileErrors('digest_invalid');
  return Buffer.from(encoded, 'base64').toString('hex');
}

/** The value of a `Repr-Digest` (RFC 9530) for a SHA-256 in hex. */
export function digestHeader(sha256: string): string {
  return `sha-256=:${Buffer.from(sha256, 'hex').toString('base64')}:`;
}

/** Entity tags of an `If-Match` or `If-None-Match`; weak ones are left out, since they never match strongly. */
export function entityTags(header: string | undefined): readonly string[] | '*' | undefined {
  if (header === undefined) return undefined;
  if (header.trim() === '*') return '*';
  return [...header.matchAll(/(W\/)?"([^"]*)"/g)].filter(([, weak]) => !weak).map(([, , tag = '']) => tag);
}

/**
 * What may have to hold before a file is stored (RFC 9110 section 13.1). A date that cannot be read, or is given beside `If-Match`, is passed
 * over, as the RFC wants it.
 */
export function storeConditions(headers: IncomingHttpHeaders): Conditions {
  const sinceMs = Date.parse(headers['if-unmodified-since'] ?? '');
  return {
    ifMatch: entityTags(headers['if-match']),
    ifNoneMatch: headers['if-none-match']?.trim() === '*' ? '*' : undefined,
    ifUnmodifiedSinceMs: Number.isNaN(sinceMs) ? undefined : sinceMs,
  };
}

/**
 * A body is the whole content, as it is: a part of it (RFC 9110 section 14.5) would take the place of the whole, and what is compressed on its way
 * would be kept so. Throws `content_range_refused`, `content_encoding_refused`.
 */
export function assertWholeContent(headers: IncomingHttpHeaders): void {
  if (headers['content-range'] !== undefined) throw fileErrors('content_range_refused');
  const encoding = headers['content-encoding']?.trim().toLowerCase() ?? '';
  if (encoding !== '' && encoding !== 'identity') throw fileErrors('content_encoding_refused');
}

export type RangeAnswer = { readonly start: number; readonly end: number } | 'unsatisfiable' | 'whole';

/**
 * One byte range (RFC 9110 section 14). Several ranges, other units and what cannot be read are answered with the
 * whole, as the RFC allows.
 */
export function rangeOf(header: string | undefined, size: number): RangeAnswer {
  const match = /^bytes=(\d{0,15})-(\d{0,15})$/.exec((header ?? '').replaceAll(/\s/g, ''));
  const [, from = '', to = ''] = match ?? [];
  if (!match || (from === '' && to === '')) return 'whole';
  if (from === '') {
    const last = Math.min(Number(to), size);
    return last === 0 ? 'unsatisfiable' : { start: size - last, end: size };
  }
  const start = Number(from);
  const end = to === '' ? size : Math.min(Number(to) + 1, size);
  if (to !== '' && Number(to) < start) return 'whole';
  return start >= size ? 'unsatisfiable' : { start, end };
}
