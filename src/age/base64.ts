/** Standard base64 without padding (RFC 4648 section 4), as in age headers. */
export function encodeBase64(bytes: Uint8Array): string {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
  const padding = text.indexOf('=');
  return padding === -1 ? text : text.slice(0, padding);
}

/**
 * The bytes, or `null` unless `text` is exactly what {@link encodeBase64} writes: Node's decoder forgives padding,
 * whitespace, the URL alphabet and stray bits, and a forgiving reader would give one file many spellings.
 */
export function decodeBase64(text: string): Buffer | null {
  const bytes = Buffer.from(text, 'base64');
  return encodeBase64(bytes) === text ? bytes : null;
}
