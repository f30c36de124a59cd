import type { Draft } from '../../records/log-records.ts';
import { type Analyzer, type Channel, CLIENT, SERVER, seconds, type Side } from '../analyzer.ts';
import { be32 } from '../text.ts';
import { chosen, hassh, type Layout, layoutOf, type Offer, readOffer } from './algorithms.ts';
import { readGreeting } from './greeting.ts';
import { LoginGuess } from './login-guess.ts';

/** RFC 4253, section 6.1, allows for 35,000; key exchanges after the quantum computer are still below it. */
const MOST_PACKET = 65_536;
const KEXINIT = 20;
const NEWKEYS = 21;

const Stage = { greeting: 0, packets: 1, encrypted: 2 } as const;

/** Versions, what each side offers, and a guess whether somebody got in. After that nothing is read any more. */
class Ssh implements Analyzer {
  readonly #channel: Channel;
  readonly #stage: [number, number] = [Stage.greeting, Stage.greeting];
  readonly #lines: [string | undefined, string | undefined] = [undefined, undefined];
  readonly #offers: [Offer | undefined, Offer | undefined] = [undefined, undefined];
  #version = 2;
  #ts: number | null = null;
  #guess: LoginGuess | null = null;
  #layout: Layout | null = null;
  #isTold = false;

  constructor(channel: Channel) {
    this.#channel = channel;
  }

  parse(side: Side, bytes: Uint8Array, from: number, to: number, timeUs: number): number {
    this.#ts ??= seconds(timeUs);
    switch (this.#stage[side]) {
      case Stage.greeting:
        return this.#greeted(side, bytes, from, to);
      case Stage.packets:
        return this.#packet(side, bytes, from, to);
      default:
        return side === SERVER ? this.#encrypted(bytes, from, to) : to;
    }
  }

  gap(side: Side): boolean {
    // Sizes are told segment by segment, so that one that is missing spoils no other.
    return this.#stage[side] === Stage.encrypted && !this.#layout?.isLengthClear;
  }

  end(): void {
    this.#tell();
  }

  #greeted(side: Side, bytes: Uint8Array, from: number, to: number): number {
    const greeting = readGreeting(bytes, from, to);
    if (greeting === 'more') return from;
    if (greeting === null) {
      this.#channel.refuse();
      return to;
    }
    this.#channel.confirm('ssh');
    this.#lines[side] = greeting.line;
    if (greeting.version === 1) this.#version = 1;
    this.#stage[side] = Stage.packets;
    // SSH 1 is read no further.
    if (this.#version === 1 && this.#lines[1 - side] !== undefined) this.#channel.done();
    return greeting.next;
  }

  /** RFC 4253, section 6: a packet before anything is encrypted. */
  #packet(side: Side, bytes: Uint8Array, from: number, to: number): number {
    if (this.#version === 1) return to;
    if (to - from < 6) return from;
    const size = be32(bytes, from);
    const padding = bytes[from + 4]!;
    if (size < 2 + padding || size > MOST_PACKET) {
      this.#channel.done();
      return to;
    }
    const end = from + 4 + size;
    if (end > to) {
      this.#channel.need(side, end - from);
      return from;
    }
    const kind = bytes[from + 5];
    if (kind === KEXINIT && this.#offers[side] === undefined) {
      this.#offers[side] = readOffer(bytes, from + 6, end - padding) ?? undefined;
      this.#channel.keep(size);
    } else if (kind === NEWKEYS) this.#keyed(side);
    return end;
  }

  #keyed(side: Side): void {
    this.#stage[side] = Stage.encrypted;
    const [client, server] = this.#offers;
    if (side === CLIENT) return this.#channel.stop(CLIENT);
    const cipher = client && server && chosen(client.cipher[SERVER], server.cipher[SERVER]);
    const mac = client && server && chosen(client.mac[SERVER], server.mac[SERVER]);
    this.#layout = cipher === undefined ? null : layoutOf(cipher, mac ?? '');
    if (this.#layout === null) this.#channel.done();
    else this.#guess = new LoginGuess(this.#layout);
  }

  /** Where lengths are readable, packet by packet; else what comes in one segment is taken for one. */
  #encrypted(bytes: Uint8Array, from: number, to: number): number {
    const layout = this.#layout!;
    let end = to;
    if (layout.isLengthClear) {
      if (to - from < 4) return from;
      end = from + 4 + be32(bytes, from) + layout.tagBytes;
      if (end - from > MOST_PACKET) {
        this.#channel.done();
        return to;
      }
      if (end > to) {
        this.#channel.need(SERVER, end - from);
        return from;
      }
    }
    if (this.#guess!.take(end - from)) this.#channel.done();
    return end;
  }

  #tell(): void {
    const [client, server] = this.#lines;
    if (this.#isTold || this.#ts === null || (client ?? server) === undefined) return;
    this.#isTold = true;
    const guess = this.#guess;
    this.#channel.emit({
      ...{ log: 'ssh', ts: this.#ts, version: this.#version },
      ...(guess?.success !== undefined && { auth_success: guess.success, success: guess.success }),
      ...(guess !== null && { auth_attempts: guess.attempts }),
      ...(client !== undefined && { client }),
      ...(server !== undefined && { server }),
      ...this.#algorithms(),
    });
  }

  #algorithms(): Partial<Extract<Draft, { log: 'ssh' }>> {
    const [client, server] = this.#offers;
    const both = client && server;
    const known = {
      cipher_alg: both && chosen(client.cipher[CLIENT], server.cipher[CLIENT]),
      mac_alg: both && chosen(client.mac[CLIENT], server.mac[CLIENT]),
      compression_alg: both && chosen(client.compression[CLIENT], server.compression[CLIENT]),
      kex_alg: both && chosen(client.kex, server.kex),
      host_key_alg: both && chosen(client.hostKey, server.hostKey),
      hassh: client && hassh(client, CLIENT),
      hasshServer: server && hassh(server, SERVER),
    };
    return Object.fromEntries(Object.entries(known).filter(([, value]) => value !== undefined));
  }
}

export const openSsh = (channel: Channel): Analyzer => new Ssh(channel);
