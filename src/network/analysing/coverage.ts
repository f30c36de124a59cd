import type { Decoder } from '../decoders/decode.ts';
import { Outcome } from '../decoders/packet.ts';
import type { Coverage } from '../store/flow-batch.ts';

/** Keeps what earlier batches have told already. */
export class CoverageCounter {
  readonly #decoder: Decoder;
  #packets = 0;
  #dropped = 0;
  #leftOut: Readonly<Record<string, number>> = {};
  /** Microseconds: of what was seen since the last batch. */
  firstUs = Number.POSITIVE_INFINITY;
  lastUs = Number.NEGATIVE_INFINITY;

  constructor(decoder: Decoder) {
    this.#decoder = decoder;
  }

  /** Since the last time. `packets` and `dropped` count from the beginning; `nowMs` stands for packets where there were none. */
  take(packets: number, dropped: number, nowMs: number): Coverage {
    const leftOut = this.#counts();
    const before = this.#leftOut;
    const since = Object.entries(leftOut).map(([name, number]) => [name, number - (before[name] ?? 0)] as const);
    const isSeen = Number.isFinite(this.firstUs);
    const coverage: Coverage = {
      from: isSeen ? this.firstUs / 1e6 : nowMs / 1000,
      to: isSeen ? this.lastUs / 1e6 : nowMs / 1000,
      packets: packets - this.#packets,
      dropped: dropped - this.#dropped,
      leftOut: Object.fromEntries(since.filter(([, number]) => number > 0)),
    };
    this.#packets = packets;
    this.#dropped = dropped;
    this.#leftOut = leftOut;
    this.firstUs = Number.POSITIVE_INFINITY;
    this.lastUs = Number.NEGATIVE_INFINITY;
    return coverage;
  }

  #counts(): Readonly<Record<string, number>> {
    const { counts, reassembly, tooDeep } = this.#decoder;
    return {
      arp: counts[Outcome.arp]!,
      notIp: counts[Outcome.other]!,
      cut: counts[Outcome.cut]!,
      malformed: counts[Outcome.malformed]!,
      lostFragments: reassembly.lost,
      unknownLink: counts[Outcome.unknownLink]!,
      tooDeep,
    };
  }
}
