/** How an authority is asked about a certificate: by the key that signed it and its serial number (RFC 9773 section 4.1). */
import { X509Certificate } from 'node:crypto';

interface Element {
  readonly tag: number;
  readonly content: Buffer;
  /** Where the next one begins. */
  readonly end: number;
}

const SEQUENCE = 0x30;
const INTEGER = 0x02;
const OCTET_STRING = 0x04;
const EXTENSIONS = 0xa3;
const KEY_IDENTIFIER = 0x80;
/** The extension that names the key of the authority, 2.5.29.35. */
const AUTHORITY_KEY = Buffer.of(0x55, 0x1d, 0x23);

/** Of the first certificate in a PEM chain; `null`: it does not say which key signed it. */
export function certificateIdOf(chain: Buffer): string | null {
  try {
    const [body] = elementsOf(only(new X509Certificate(chain).raw, SEQUENCE));
    // Version, serial number and so on (RFC 5280 section 4.1): one that has extensions has a version.
    const parts = elementsOf(contentOf(body, SEQUENCE));
    const extensions = elementsOf(only(contentOf(of(parts, EXTENSIONS), EXTENSIONS), SEQUENCE));
    const found = extensions
      .map(({ content }) => elementsOf(content))
      .find(([id]) => id?.content.equals(AUTHORITY_KEY));
    const value = elementsOf(only(contentOf(found?.at(-1), OCTET_STRING), SEQUENCE));
    const [key, serial] = [contentOf(of(value, KEY_IDENTIFIER), KEY_IDENTIFIER), contentOf(parts[1], INTEGER)];
    return `${key.toString('base64url')}.${serial.toString('base64url')}`;
  } catch {
    return null;
  }
}

function of(elements: readonly Element[], tag: number): Element | undefined {
  return elements.find((element) => element.tag === tag);
}

/** Elements of DER that follow each other to the end. */
function elementsOf(bytes: Buffer): readonly Element[] {
  const elements: Element[] = [];
  for (let at = 0; at < bytes.length; at = elements.at(-1)?.end ?? bytes.length) elements.push(elementAt(bytes, at));
  return elements;
}

function elementAt(bytes: Buffer, at: number): Element {
  const [tag, short] = [bytes.readUInt8(at), bytes.readUInt8(at + 1)];
  // Longer lengths than three bytes are none of a certificate.
  const lengthBytes = short < 0x80 ? 0 : short - 0x80;
  if (lengthBytes > 3) throw new RangeError('too long');
  const length = lengthBytes === 0 ? short : bytes.readUIntBE(at + 2, lengthBytes);
  const from = at + 2 + lengthBytes;
  if (from + length > bytes.length) throw new RangeError('cut off');
  return { tag, content: bytes.subarray(from, from + length), end: from + length };
}

function only(bytes: Buffer, tag: number): Buffer {
  return contentOf(elementAt(bytes, 0), tag);
}

function contentOf(element: Element | undefined, tag: number): Buffer {
  if (element?.tag !== tag) throw new TypeError('another kind');
  return element.content;
}
