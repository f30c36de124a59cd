import type { Draft } from '../../records/log-records.ts';
import { type Analyzer, type Channel, CLIENT, SERVER, seconds, type Side } from '../analyzer.ts';
import { be16, be32 } from '../text.ts';
import { type Certificate, fingerprint, readCertificate } from './certificate.ts';
import { ja3, ja3s, ja4 } from './fingerprints.ts';
import { type Hello, isGrease, readCertificates, readClientHello, readServerHello } from './hello.ts';
import { Content, type Message, readHandshake, RECORD_BYTES, recordEnd } from './messages.ts';
import { alertName, cipherName, curveName, versionName } from './numbers.ts';

const Handshake = { clientHello: 1, serverHello: 2, certificate: 11, serverKeyExchange: 12 } as const;
const NAMED_CURVE = 3;
/** The random of a ServerHello that asks for another ClientHello begins so: RFC 8446, section 4.1.3. */
const RETRY = 0xcf21ad74;
/** What is kept of a hello, or of a certificate, at most. */
const KEPT_BYTES = 4096;
/** TLS 1.3: a client's Finished is at least so long, an alert that refuses a certificate is shorter. */
const FINISHED_BYTES = 50;

/** The handshake of a connection, as far as it is readable. What follows is not looked at. */
class Tls implements Analyzer {
  readonly #channel: Channel;
  #ts: number | null = null;
  /** What goes into the record of each, and nothing of what it was made of. */
  #client: Ssl | null = null;
  #server: Ssl | null = null;
  #certified: Ssl | null = null;
  #is13 = false;
  #curve: number | undefined;
  #alert: number | undefined;
  #isEstablished = false;
  #isTold = false;
  /** Bytes of the next record of a side that belong to a message already read. */
  readonly #used: [number, number] = [0, 0];
  readonly #isEncrypted: [boolean, boolean] = [false, false];
  readonly #isFinished: [boolean, boolean] = [false, false];
  #isResumed: boolean | undefined;

  constructor(channel: Channel) {
    this.#channel = channel;
  }

  parse(side: Side, bytes: Uint8Array, from: number, to: number, timeUs: number): number {
    this.#ts ??= seconds(timeUs);
    const end = recordEnd(bytes, from, to);
    if (end < 0) {
      this.#end();
      return to;
    }
    if (end === 0) return from;
    const isHandshake = bytes[from] === Content.handshake && !this.#isEncrypted[side];
    if (isHandshake) return this.#handshake(side, bytes, from, to);
    // Of data its length is enough.
    if (bytes[from] === Content.alert && end > to) {
      this.#channel.need(side, end - from);
      return from;
    }
    this.#record(side, bytes, from, end);
    if (end > to) this.#channel.skip(side, end - to);
    return Math.min(end, to);
  }

  gap(): boolean {
    this.#end();
    return false;
  }

  end(): void {
    this.#tell();
  }

  #end(): void {
    if (this.#client === null && this.#server === null) this.#channel.refuse();
    else this.#channel.done();
  }

  /** All messages from the record at `from` on; they begin and end where they like in records. */
  #handshake(side: Side, bytes: Uint8Array, from: number, to: number): number {
    for (let record = from; ;) {
      const message = readHandshake(bytes, record, to, this.#used[side]);
      if (message === null) {
        this.#end();
        return to;
      }
      if (typeof message === 'number') {
        this.#channel.need(side, to - record + message);
        return record;
      }
      this.#message(side, message);
      record = message.record;
      const end = recordEnd(bytes, record, to);
      const isAll = record + RECORD_BYTES + message.used >= end;
      this.#used[side] = isAll ? 0 : message.used;
      if (isAll) return end;
    }
  }

  #message(side: Side, { kind, bytes, from, to }: Message): void {
    if (kind === Handshake.clientHello && side === CLIENT) {
      const hello = readClientHello(bytes, from, to);
      if (hello === null) return this.#end();
      // After a retry the first one counts, as for whoever counts fingerprints.
      this.#client ??= offered(hello);
      this.#channel.keep(KEPT_BYTES);
      this.#channel.confirm('ssl');
    } else if (kind === Handshake.serverHello && side === SERVER) {
      const hello = readServerHello(bytes, from, to);
      if (hello === null) return this.#end();
      if (be32(bytes, from + 2) !== RETRY) this.#server = chosen(hello);
      this.#is13 = isVersion13(hello);
      this.#channel.confirm('ssl');
      this.#curve = hello.keyShare ?? this.#curve;
      if (this.#is13) this.#isResumed = hello.hasPsk;
    } else if (kind === Handshake.certificate && side === SERVER && this.#certified === null) {
      this.#certified = certified(readCertificates(bytes, from, to));
      this.#channel.keep(KEPT_BYTES);
    } else if (kind === Handshake.serverKeyExchange && to - from > 3 && bytes[from] === NAMED_CURVE) {
      this.#curve = be16(bytes, from + 1);
    }
  }

  /** A record that is no readable handshake. */
  #record(side: Side, bytes: Uint8Array, from: number, end: number): void {
    const size = end - from - RECORD_BYTES;
    const is13 = this.#is13;
    switch (bytes[from]!) {
      case Content.changeCipher:
        // In 1.3 it says nothing.
        if (!is13) this.#isEncrypted[side] = true;
        if (!is13 && side === SERVER) this.#isResumed = this.#certified === null && this.#curve === undefined;
        return;
      case Content.alert:
        if (size === 2) this.#alert = bytes[from + RECORD_BYTES + 1];
        return;
      case Content.handshake:
        this.#isFinished[side] = true;
        if (this.#isFinished[CLIENT] && this.#isFinished[SERVER]) this.#established();
        return;
      default:
        if (is13 ? side === CLIENT && size >= FINISHED_BYTES : this.#isEncrypted[side]) this.#established();
    }
  }

  #established(): void {
    this.#isEstablished = true;
    this.#tell();
    this.#channel.done();
  }

  #tell(): void {
    const [client, server] = [this.#client, this.#server];
    if (this.#isTold || this.#ts === null || (client ?? server) === null) return;
    this.#isTold = true;
    const alert = this.#alert;
    const curve = this.#curve;
    this.#channel.emit({
      ...{ log: 'ssl', ts: this.#ts },
      ...(curve !== undefined && { curve: curveName(curve) }),
      ...(this.#isResumed !== undefined && { resumed: this.#isResumed }),
      ...(alert !== undefined && { last_alert: alertName(alert) }),
      ...server,
      ...client,
      established: this.#isEstablished,
      ...this.#certified,
    });
  }
}

const isVersion13 = (hello: Hello): boolean => chosenVersion(hello) >= 0x0304;

function chosenVersion({ version, supportedVersions }: Hello): number {
  return supportedVersions[0] ?? version;
}

type Ssl = Partial<Extract<Draft, { log: 'ssl' }>>;

function offered(hello: Hello): Ssl {
  // Chrome sends a value that means nothing there as well.
  const protocols = hello.alpn.filter((each) => each.length !== 2 || !isGrease(pair(each)));
  return {
    ...(hello.serverName !== undefined && { server_name: hello.serverName }),
    ...(protocols.length > 0 && { client_alpn: protocols }),
    ...{ ja3: ja3(hello), ja4: ja4(hello) },
  };
}

function chosen(hello: Hello): Ssl {
  const [cipher = 0] = hello.ciphers;
  const [protocol] = hello.alpn;
  return {
    ...{ version: versionName(chosenVersion(hello)), cipher: cipherName(cipher), ja3s: ja3s(hello) },
    ...(protocol !== undefined && { next_protocol: protocol }),
  };
}

const pair = (protocol: string): number => (protocol.charCodeAt(0) << 8) | protocol.charCodeAt(1);

function certified(chain: readonly Uint8Array[]): Ssl {
  const [own] = chain;
  if (own === undefined) return {};
  const certificate: Certificate | null = readCertificate(own);
  return {
    cert_chain_fps: chain.map(fingerprint),
    ...(certificate && {
      ...{ subject: certificate.subject, issuer: certificate.issuer, self_signed: certificate.isSelfSigned },
      ...(certificate.notBefore !== undefined && { not_valid_before: certificate.notBefore }),
      ...(certificate.notAfter !== undefined && { not_valid_after: certificate.notAfter }),
    }),
  };
}

export const openTls = (channel: Channel): Analyzer => new Tls(channel);

/** The first record of a side: a handshake that begins with its hello. */
export function looksLikeTls(bytes: Uint8Array, from: number, to: number): 'yes' | 'more' | 'no' {
  const expected = [Content.handshake, 3];
  for (let at = 0; at < Math.min(expected.length, to - from); at += 1)
    if (bytes[from + at] !== expected[at]) return 'no';
  if (to - from < RECORD_BYTES + 1) return 'more';
  const kind = bytes[from + RECORD_BYTES]!;
  const isHello = kind === Handshake.clientHello || kind === Handshake.serverHello;
  return isHello && bytes[from + 2]! <= 4 && recordEnd(bytes, from, to) > from + RECORD_BYTES ? 'yes' : 'no';
}
