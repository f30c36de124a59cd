/** Makes certificates that sign themselves (RFC 5280) and requests for signed ones (PKCS #10, RFC 2986), with ECDSA on P-256. */
import { createPublicKey, generateKeyPair, type KeyObject, randomBytes, sign } from 'node:crypto';
import { isIP } from 'node:net';
import { promisify } from 'node:util';
import { addressBytes } from './addresses.ts';
import * as der from './der.ts';

export interface CertificateText {
  /** Private; its public half goes into the certificate. */
  readonly key: KeyObject;
  /** DNS names and IP addresses, at least one. */
  readonly names: readonly string[];
  /** What people read who look at it. */
  readonly commonName: string;
  readonly fromMs: number;
  readonly untilMs: number;
  /** The digest of RFC 8737 section 3, in a certificate that answers a challenge. */
  readonly challengeDigest?: Uint8Array;
}

const ECDSA_SHA256 = der.sequence(der.objectId('1.2.840.10045.4.3.2'));
const ID = {
  commonName: '2.5.4.3',
  keyUsage: '2.5.29.15',
  alternativeNames: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  extendedKeyUsage: '2.5.29.37',
  serverAuthentication: '1.3.6.1.5.5.7.3.1',
  acmeIdentifier: '1.3.6.1.5.5.7.1.31',
  extensionRequest: '1.2.840.113549.1.9.14',
} as const;
const DIGITAL_SIGNATURE = der.bitString(Buffer.of(0x80), 7);

/** A new private key, P-256: every program and every authority takes it. */
export async function newKey(): Promise<KeyObject> {
  return (await promisify(generateKeyPair)('ec', { namedCurve: 'P-256' })).privateKey;
}

export function privatePem(key: KeyObject): string {
  return key.export({ type: 'pkcs8', format: 'pem' }).toString();
}

/** PEM of a certificate that signs itself and is no authority for others. */
export function selfSigned({ key, names, commonName, fromMs, untilMs, challengeDigest }: CertificateText): string {
  const name = der.sequence(der.set(der.sequence(der.objectId(ID.commonName), der.utf8String(commonName))));
  const extensions = der.sequence(
    extension(ID.basicConstraints, true, der.sequence()),
    extension(ID.keyUsage, true, DIGITAL_SIGNATURE),
    extension(ID.extendedKeyUsage, false, der.sequence(der.objectId(ID.serverAuthentication))),
    alternativeNames(names),
    ...(challengeDigest ? [extension(ID.acmeIdentifier, true, der.octetString(challengeDigest))] : []),
  );
  const body = der.sequence(
    der.explicit(0, der.integer(Buffer.of(2))),
    der.integer(randomBytes(16)),
    ECDSA_SHA256,
    name,
    der.sequence(der.time(fromMs), der.time(untilMs)),
    name,
    publicPart(key),
    der.explicit(3, extensions),
  );
  const text = signed(body, key)
    .toString('base64')
    .replace(/.{64}(?=.)/g, '$&\n');
  return `-----BEGIN CERTIFICATE-----\n${text}\n-----END CERTIFICATE-----\n`;
}

/** A request for a certificate of these names, in DER. */
export function signingRequest(key: KeyObject, names: readonly string[]): Buffer {
  const extensions = der.sequence(alternativeNames(names));
  const body = der.sequence(
    der.integer(Buffer.of(0)),
    der.sequence(),
    publicPart(key),
    der.explicit(0, der.sequence(der.objectId(ID.extensionRequest), der.set(extensions))),
  );
  return signed(body, key);
}

function signed(body: Buffer, key: KeyObject): Buffer {
  return der.sequence(body, ECDSA_SHA256, der.bitString(sign('sha256', body, key)));
}

function publicPart(key: KeyObject): Buffer {
  return createPublicKey(key).export({ type: 'spki', format: 'der' });
}

function alternativeNames(names: readonly string[]): Buffer {
  const all = names.map((name) =>
    isIP(name) === 0 ? der.implicit(2, Buffer.from(name, 'ascii')) : der.implicit(7, addressBytes(name)),
  );
  return extension(ID.alternativeNames, false, der.sequence(...all));
}

function extension(id: string, critical: boolean, content: Buffer): Buffer {
  return der.sequence(der.objectId(id), ...(critical ? [der.boolean(true)] : []), der.octetString(content));
}
