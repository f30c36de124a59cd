import { type Analyzer, type Channel, CLIENT, type Side } from '../analyzer.ts';
import { Lines } from '../lines.ts';
import { text } from '../text.ts';

/** Commands and answers are shorter; what is longer is cut, which spoils no user's name. */
const MOST_KEPT = 4096;
const DOT = 46;

/** What a protocol of lines makes of them. Both get lines without their ends. */
export interface LineDialogue {
  /** True: the client's lines are a letter until one that is a dot, and are not asked for. */
  isLetter?(): boolean;
  command(line: string, timeUs: number): void;
  answer(line: string, timeUs: number): void;
  end(): void;
}

/** Reads lines of both sides. A gap ends the connection: which answer belongs to which command is not known behind it. */
export function lineReader(channel: Channel, dialogue: LineDialogue): Analyzer {
  const lines = [new Lines(), new Lines()] as const;
  return {
    parse(side: Side, bytes, from, to, timeUs) {
      const reader = lines[side];
      if (!reader.find(bytes, from, to)) {
        if (reader.isTooLong) channel.done();
        return from;
      }
      const isDot = reader.end - from === 1 && bytes[from] === DOT;
      if (side === CLIENT && !isDot && dialogue.isLetter?.()) return reader.next;
      const line = text(bytes, from, reader.end, MOST_KEPT);
      if (side === CLIENT) dialogue.command(line, timeUs);
      else dialogue.answer(line, timeUs);
      return reader.next;
    },
    gap() {
      channel.done();
      return false;
    },
    end: () => dialogue.end(),
  };
}
