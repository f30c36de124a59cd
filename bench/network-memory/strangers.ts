/**
 * A capture in which strangers send whatever makes an analyser remember something: scans of every kind, connections that begin a message and
 * never end it, refused logins, questions for ever new names, and hosts that report at intervals. More of each than is remembered at once.
 */
import type { Captured } from '../../test/support/network/bytes/capture.ts';
import { tcpFrame, udpFrame } from '../../test/support/network/bytes/packets.ts';
import { talk } from '../../test/support/network/bytes/talk.ts';
import { clientHello, handshake, record } from '../../test/support/network/bytes/tls.ts';
import { CaptureFile } from '../network-flows/generate.ts';

/** Between two packets: 50,000 in a second. */
const STEP_US = 20;
/** 10.0.0.0/8, which is ours, and 198.18.0.0/15, which is kept for measurements. */
const OURS = 0x0a000001;
const STRANGERS = 0xc6120001;
/** Of a frame over IPv4: the addresses, then the ports. */
const [SOURCE, TARGET, PORTS] = [26, 30, 34];
const FROM = '192.0.2.1';
const TO = '192.0.2.2';
const ENDS = { from: FROM, to: TO };
const FROM_WORD = Buffer.from(FROM.split('.').map(Number)).readUInt32BE();

interface Between {
  readonly from: number;
  readonly to: number;
  /** Of whoever begins; left out: as in the template. */
  readonly source?: number;
  readonly port?: number;
}

/** Writes what was made once between ever new ends. */
class Strangers {
  packets = 0;
  readonly #file: CaptureFile;

  constructor(file: CaptureFile) {
    this.#file = file;
  }

  put(
    template: readonly Buffer[],
    { from, to, source, port }: Between,
    change?: (bytes: Buffer, at: number) => void,
  ): void {
    for (const frame of template) {
      const { bytes, at } = this.#file.frame(this.packets * STEP_US, frame.length);
      frame.copy(bytes, at);
      const isForth = frame.readUInt32BE(SOURCE) === FROM_WORD;
      bytes.writeUInt32BE(from, at + (isForth ? SOURCE : TARGET));
      bytes.writeUInt32BE(to, at + (isForth ? TARGET : SOURCE));
      if (source !== undefined) bytes.writeUInt16BE(source, at + PORTS + (isForth ? 0 : 2));
      if (port !== undefined) bytes.writeUInt16BE(port, at + PORTS + (isForth ? 2 : 0));
      change?.(bytes, at);
      this.packets += 1;
    }
  }
}

const framesOf = (packets: readonly Captured[]): readonly Buffer[] => packets.map(({ frame }) => Buffer.from(frame));

const syn = [Buffer.from(tcpFrame(ENDS, { flags: 'S' }))];
const hello = record(22, handshake(1, clientHello({ ciphers: Array<number>(900).fill(0x1301) })));
/** The handshake of TCP, and a message that never ends. */
const unfinished = framesOf(talk([['>', hello.slice(0, 1400)]], { ends: ENDS, port: 443 })).slice(0, 4);
const refused = framesOf(
  talk(
    [
      ['<', '220 FTP\r\n'],
      ['>', 'USER 00000000\r\nPASS wrong\r\n'],
      ['<', '331 ?\r\n530 No\r\n'],
    ],
    { ends: ENDS, port: 21 },
  ),
);
const NAME = Buffer.from('USER 00000000').subarray(5);
const report = [Buffer.from(udpFrame(ENDS, 40_000, 9999, Array<number>(40).fill(7)))];
const LABEL = '0'.repeat(24);
const question = [
  ...[0, 7, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0],
  ...[LABEL.length, ...Buffer.from(LABEL), 6, ...Buffer.from('000000'), 3, ...Buffer.from('net'), 0, 0, 1, 0, 1],
];
const asked = [Buffer.from(udpFrame(ENDS, 40_000, 53, question))];
const LABEL_AT = 14 + 20 + 8 + 13;
const DOMAIN_AT = LABEL_AT + LABEL.length + 1;

/** Returns how many packets that are. `scale`: 1 is more of everything than is remembered. */
export function writeStrangers(path: string, scale: number): number {
  using file = new CaptureFile(path);
  const strangers = new Strangers(file);
  const many = (count: number, act: (index: number) => void): void => {
    for (let index = 0; index < count * scale; index += 1) act(index);
  };
  // Each of 320 sources at each of 64 ports of 64 hosts; then 20,000 sources at 64 hosts each.
  many(320, (source) => {
    for (let host = 0; host < 64; host += 1) {
      for (let port = 0; port < 64; port += 1)
        strangers.put(syn, { from: STRANGERS + source, to: OURS + host, port: 1000 + port });
    }
  });
  many(20_000, (source) => {
    for (let host = 0; host < 64; host += 1) {
      strangers.put(syn, { from: STRANGERS + 1000 + source, to: OURS + 256 + host, port: 2000 + (source % 30_000) });
    }
  });
  many(50_000, (index) => {
    strangers.put(unfinished, { from: STRANGERS + 40_000 + index, to: OURS + 512, source: 1024 + (index % 60_000) });
  });
  many(40_000, (index) => {
    const name = index.toString(16).padStart(NAME.length, '0');
    strangers.put(refused, { from: STRANGERS + (index % 90_000), to: OURS + 1024 + (index % 300) }, (bytes, at) => {
      const place = bytes.subarray(at, at + 100).indexOf('USER ');
      if (place >= 0) bytes.write(name, at + place + 5, 'latin1');
    });
  });
  many(6000, (index) => {
    for (let time = 0; time < 40; time += 1) {
      strangers.put(report, { from: OURS + 40_000 + index, to: STRANGERS + 95_000 + index, source: 1024 + time });
    }
  });
  many(12_000, (index) => {
    for (let time = 0; time < 24; time += 1) {
      strangers.put(asked, { from: OURS + 50_000 + index, to: OURS + 1, source: 1024 + time }, (bytes, at) => {
        bytes.write((index * 31 + time).toString(36).padStart(LABEL.length, 'q'), at + LABEL_AT, 'latin1');
        bytes.write(index.toString(36).padStart(6, 'z'), at + DOMAIN_AT, 'latin1');
      });
    }
  });
  return strangers.packets;
}
