const SMALLEST_BYTES = 2 ** 20;
/** No record is longer: two addresses, a history of 30 letters, eighteen numbers, and in JSON their names. */
const MOST_RECORD_BYTES = 2048;
const ZERO = 48;

/**
 * Lines as bytes, without a string for each field. What was written is taken out at the latest when the next packet is read.
 * `bytes` and `at` are open to those who write many at once.
 */
export class ByteWriter {
  bytes = new Uint8Array(SMALLEST_BYTES);
  /** Where the next byte goes: so many were written. */
  at = 0;

  /** Valid until something is written again. */
  take(): Uint8Array {
    const taken = this.bytes.subarray(0, this.at);
    this.at = 0;
    return taken;
  }

  /** To be called before each record. */
  makeRoom(): void {
    if (this.at + MOST_RECORD_BYTES <= this.bytes.length) return;
    const larger = new Uint8Array(this.bytes.length * 2);
    larger.set(this.bytes);
    this.bytes = larger;
  }

  byte(value: number): void {
    this.bytes[this.at] = value;
    this.at += 1;
  }

  /** Of ASCII alone. */
  text(text: string): void {
    const { bytes, at } = this;
    for (let index = 0; index < text.length; index += 1) bytes[at + index] = text.charCodeAt(index);
    this.at = at + text.length;
  }

  /** A whole number from 0 on. */
  number(value: number): void {
    if (value < 10) return this.byte(ZERO + value);
    if (value > 0x7fffffff) return this.text(String(value));
    let digits = 2;
    for (let limit = 100; value >= limit && digits < 10; limit *= 10) digits += 1;
    this.digits(value, digits);
  }

  /** The last `digits` digits of a whole number below 2^31. */
  digits(value: number, digits: number): void {
    const { bytes, at } = this;
    let rest = value | 0;
    for (let place = at + digits - 1; place >= at; place -= 1) {
      const quotient = (rest / 10) | 0;
      bytes[place] = ZERO + rest - quotient * 10;
      rest = quotient;
    }
    this.at = at + digits;
  }

  /** Seconds with six decimals. */
  seconds(us: number): void {
    const whole = Math.floor(us / 1e6);
    this.number(whole);
    this.byte(46);
    this.digits(us - whole * 1e6, 6);
  }
}
