import type { Analyzer, Channel, Side } from './analyzer.ts';
import { byContent, MOST_NEEDED } from './signatures.ts';

/**
 * Looks at the first bytes of both sides until it is clear which protocol they are: by their content first, so that one on
 * another port is seen as what it is, and by the port where two begin alike.
 */
export function identify(channel: Channel): Analyzer {
  /** That a side's first words are of no known protocol does not say what the other will say: some clients talk nonsense. */
  const isUnknown = [false, false];
  return {
    parse(side: Side, bytes, from, to) {
      const found = byContent(side, bytes, from, to, channel.ports.server);
      if (typeof found === 'function') {
        channel.switchTo(found(channel));
        return from;
      }
      isUnknown[side] = found === 'none';
      if ((isUnknown[0] && isUnknown[1]) || to - from >= MOST_NEEDED) channel.refuse();
      return from;
    },
    gap: () => false,
    end: () => undefined,
  };
}
