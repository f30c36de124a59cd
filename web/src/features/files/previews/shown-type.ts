/**
 * What a file is by its first bytes, as far as this app shows it. What somebody called it is not believed: a page or a drawing
 * with scripts in it would otherwise be opened under our address.
 */

export type ShownType = 'image/png' | 'image/jpeg' | 'image/gif' | 'image/webp' | 'application/pdf';

const signs: readonly (readonly [ShownType, (bytes: Uint8Array) => boolean])[] = [
  // PNG, section 5.2.
  ['image/png', (bytes) => startsWith(bytes, [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])],
  ['image/jpeg', (bytes) => startsWith(bytes, [0xff, 0xd8, 0xff])],
  ['image/gif', (bytes) => /^GIF8[79]a$/.test(letters(bytes, 0, 6))],
  ['image/webp', (bytes) => letters(bytes, 0, 4) === 'RIFF' && letters(bytes, 8, 12) === 'WEBP'],
  // ISO 32000-1, section 7.5.2.
  ['application/pdf', (bytes) => letters(bytes, 0, 5) === '%PDF-'],
];

/** `null`: nothing that is shown. */
export function shownTypeOf(bytes: Uint8Array): ShownType | null {
  return signs.find(([, fits]) => fits(bytes))?.[0] ?? null;
}

export function letters(bytes: Uint8Array, start: number, end: number): string {
  return String.fromCharCode(...bytes.subarray(start, end));
}

function startsWith(bytes: Uint8Array, wanted: readonly number[]): boolean {
  return bytes.length >= wanted.length && wanted.every((byte, at) => bytes[at] === byte);
}
