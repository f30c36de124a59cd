/** A channel for tests: it keeps what it is given, and fails when it is told to. */
import { channelErrors } from './channels/errors.ts';
import type { Channel, Letter } from './channels/index.ts';
import type { ChannelOpener } from './notifications-deps.ts';

export interface Delivered {
  readonly atMs: number;
  readonly destination: string;
  readonly letter: Letter;
}

export interface TestChannel {
  readonly opener: ChannelOpener;
  readonly delivered: Delivered[];
  /** Runs in each delivery: before it when it throws, and the letter then did not arrive. */
  before: ((letter: Letter, signal: AbortSignal) => Promise<void> | void) | null;
  /** Runs after the letter arrived; when it throws, the sender does not hear of that. */
  after: (() => Promise<void> | void) | null;
}

export function testChannel(destination: ChannelOpener['destination'], clock: () => number): TestChannel {
  const made: TestChannel = {
    delivered: [],
    before: null,
    after: null,
    opener: {
      configSchema: {},
      secretFields: ['password'],
      freeFields: ['from'],
      destination,
      readers: destination === 'person' ? 'people' : 'programs',
      open: (): Channel => ({
        kind: 'test',
        checkDestination(text) {
          if (destination === 'person' && !text.includes('@')) throw channelErrors('channel_destination_invalid');
        },
        async deliver(letter, to, { signal }) {
          await made.before?.(letter, signal);
          made.delivered.push({ atMs: clock(), destination: to, letter });
          await made.after?.();
        },
        async examine() {},
        async [Symbol.asyncDispose]() {},
      }),
    },
  };
  return made;
}
