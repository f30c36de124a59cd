import { inflateSync } from 'node:zlib';
import * as exported from 'cctv-age';
import { parseIdentity } from '../keys.ts';
import { passphraseIdentity } from '../scrypt.ts';
import type { Identity } from '../types.ts';

/** The test vectors of the age community, https://c2sp.org/CCTV/age (npm `cctv-age`). */

export interface Vector {
  readonly name: string;
  readonly expect: string;
  /** SHA-256 (hex) of all plaintext that comes out, also when reading fails at last. */
  readonly payload: string | undefined;
  readonly fileKey: Buffer;
  readonly armored: boolean;
  readonly identities: readonly Identity[];
  /** The same as text, as a person has it. */
  readonly identityTexts: readonly string[];
  readonly passphrases: readonly string[];
  readonly file: Buffer;
}

export function loadVectors(): Vector[] {
  const files = exported as unknown as Record<string, Uint8Array>;
  return Object.entries(files).map(([name, bytes]) => parseVector(name, Buffer.from(bytes)));
}

function parseVector(name: string, bytes: Buffer): Vector {
  const end = bytes.indexOf('\n\n');
  const fields = bytes
    .toString('utf8', 0, end)
    .split('\n')
    .map((line) => {
      const colon = line.indexOf(': ');
      return { key: line.slice(0, colon), value: line.slice(colon + 2) };
    });
  const one = (key: string) => fields.find((field) => field.key === key)?.value;
  const all = (key: string) => fields.filter((field) => field.key === key).map(({ value }) => value);
  const body = bytes.subarray(end + 2);
  return {
    name,
    expect: one('expect') ?? '',
    payload: one('payload'),
    fileKey: Buffer.from(one('file key') ?? '', 'hex'),
    armored: one('armored') === 'yes',
    identities: fields.flatMap(({ key, value }): Identity[] => {
      if (key === 'identity') return [parseIdentity(value)];
      return key === 'passphrase' ? [passphraseIdentity(value)] : [];
    }),
    identityTexts: all('identity'),
    passphrases: all('passphrase'),
    file: one('compressed') === 'zlib' ? inflateSync(body) : body,
  };
}
