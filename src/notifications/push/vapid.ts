/** Who pushes: an application server tells push services its public key, and signs every push with the other (RFC 8292). */
import { createPrivateKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { hasCode } from '../../base/errors.ts';
import type { Clock } from '../../base/clock.ts';
import type { RecordStore } from '../../storage/index.ts';
import { keys, type SealedRow } from '../records.ts';
import type { Vault } from '../vault.ts';

export interface Vapid {
  /** An uncompressed point of P-256 in base64url: what a browser subscribes with, and what services know us by. */
  publicKey(): Promise<string>;
  /** The header of a push to this endpoint (section 3). */
  authorization(endpoint: URL): Promise<string>;
}

export interface VapidDeps {
  readonly records: RecordStore;
  readonly vault: Vault;
  readonly clock: Clock;
  /** Where people reach the server; `null` while that is not known. */
  readonly origin: () => string | null;
}

type KeyContent = { readonly privateKey: string };

/** Section 2: at most 24 hours. Half of it, since clocks differ. */
const GOOD_FOR_S = 12 * 3600;
const CONTEXT = ['push-key'];

/** The pair is made with the first use and stays: with another one every browser would have to subscribe anew. */
export function openVapid({ records, vault, clock, origin }: VapidDeps): Vapid {
  let known: Promise<{ readonly key: KeyObject; readonly publicKey: string }> | undefined;

  const stored = async (): Promise<string | null> => {
    const { pk, sk } = keys.pushKey;
    const item = await records.get<SealedRow>(pk, sk);
    return (item && vault.open<KeyContent>(CONTEXT, item.value.sealed)?.privateKey) ?? null;
  };
  const made = async (): Promise<string> => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const text = privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64');
    const value = { sealed: vault.seal(CONTEXT, { privateKey: text }) };
    try {
      await records.transact([{ op: 'put', ...keys.pushKey, value, if: 'absent' }]);
      return text;
    } catch (error) {
      // Another server was faster.
      const other = hasCode(error, 'record_conflict') ? await stored() : null;
      if (other === null) throw error;
      return other;
    }
  };
  const load = async () => {
    const text = (await stored()) ?? (await made());
    const key = createPrivateKey({ key: Buffer.from(text, 'base64'), format: 'der', type: 'pkcs8' });
    const { x = '', y = '' } = key.export({ format: 'jwk' });
    const point = Buffer.concat([Buffer.of(4), Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')]);
    return { key, publicKey: point.toString('base64url') };
  };
  const pair = () => {
    known ??= load().catch((error: unknown) => {
      known = undefined;
      throw error;
    });
    return known;
  };

  return {
    publicKey: async () => (await pair()).publicKey,
    async authorization(endpoint) {
      const { key, publicKey } = await pair();
      const claims = {
        aud: endpoint.origin,
        exp: Math.floor(clock() / 1000) + GOOD_FOR_S,
        sub: contactOf(origin()),
      };
      const signed = `${encoded({ typ: 'JWT', alg: 'ES256' })}.${encoded(claims)}`;
      // RFC 7518 section 3.4: both numbers of the signature one after the other.
      const signature = sign('sha256', Buffer.from(signed), { key, dsaEncoding: 'ieee-p1363' });
      return `vapid t=${signed}.${signature.toString('base64url')}, k=${publicKey}`;
    },
  };
}

const encoded = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** Section 2.1: a mailto: or https: address of whoever pushes. */
function contactOf(origin: string | null): string {
  if (origin?.startsWith('https:')) return origin;
  const host = origin === null ? 'localhost' : new URL(origin).hostname;
  return `mailto:postmaster@${host}`;
}
