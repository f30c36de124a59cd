import type { Layout } from './algorithms.ts';

/** Payload of SSH_MSG_SERVICE_ACCEPT for “ssh-userauth”, and of SSH_MSG_USERAUTH_SUCCESS: RFC 4252, section 5.1. */
const ACCEPT_BYTES = 17;
const SUCCESS_BYTES = 1;
/** Servers end a connection long before. */
const MOST_ATTEMPTS = 1000;

/**
 * What the sizes of a server's encrypted packets tell of logins: that it accepts to hear of them, that it refuses one (packets of
 * equal size, again and again), and that it lets one in, which is the shortest packet there is. It is a guess: what else has that
 * size, or comes in one piece with something else, is mistaken for it, or missed.
 */
export class LoginGuess {
  /** True, false, or nothing that can be said. */
  success: boolean | undefined;
  attempts = 0;
  readonly #acceptBytes: number;
  readonly #successBytes: number;
  #isAccepted = false;
  #refusalBytes = 0;

  constructor(layout: Layout) {
    this.#acceptBytes = layout.sizeOf(ACCEPT_BYTES);
    this.#successBytes = layout.sizeOf(SUCCESS_BYTES);
  }

  /** A packet of the server of so many bytes. True: there is nothing more to learn. */
  take(size: number): boolean {
    if (!this.#isAccepted) {
      this.#isAccepted = size === this.#acceptBytes;
      return false;
    }
    if (size === this.#successBytes) {
      this.attempts += 1;
      this.success = true;
      return true;
    }
    // The first answer is a refusal, mostly of the question which ways there are; a greeting for people is longer.
    if (this.#refusalBytes === 0 && size <= this.#acceptBytes + 64) this.#refusalBytes = size;
    if (size !== this.#refusalBytes) return false;
    this.attempts += 1;
    this.success = false;
    return this.attempts >= MOST_ATTEMPTS;
  }
}
