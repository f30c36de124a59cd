import type { Draft } from '../records/log-records.ts';

export const CLIENT = 0;
export const SERVER = 1;
export type Side = 0 | 1;

/**
 * One protocol over one connection. It is given bytes in their order, and never more than a stream may keep; what it cannot use
 * yet comes again with what follows. Whatever it is given it neither throws nor loops.
 */
export interface Analyzer {
  /**
   * What `side` sent, in bytes[from, to), which is valid during the call alone: a segment at a time where nothing was kept of those before. Returns how far it was used; the rest comes
   * again. `timeUs`: of the packet that brought the last of it.
   */
  parse(side: Side, bytes: Uint8Array, from: number, to: number, timeUs: number): number;
  /** So many bytes of `side` are lost. False: nothing can be made of what follows them. */
  gap(side: Side, size: number, timeUs: number): boolean;
  /** The connection is over, or nothing more of it will be seen. */
  end(): void;
  /** It waits for nothing, and may be forgotten until the next packet. */
  readonly isIdle?: boolean;
}

/** What an analyzer can ask for, and where its records go. */
export interface Channel {
  /** Names the protocol, once it is sure. */
  confirm(service: string): void;
  emit(draft: Draft): void;
  /** The next `size` bytes of `side` are not asked for: bodies that nobody reads. */
  skip(side: Side, size: number): void;
  /** Do not come again before there are so many bytes of `side`; holds for one time. */
  need(side: Side, size: number): void;
  /**
   * What an analyzer remembers until later, in bytes, or negative when it has forgotten it: counted with what streams keep, and
   * bounded like that, per connection and in all.
   */
  keep(size: number): void;
  /** Nothing of `side` is wanted any more. */
  stop(side: Side): void;
  /** Nothing at all is wanted any more. */
  done(): void;
  /** It is not what it looked like: nothing is said of the flow, if nothing was confirmed. */
  refuse(): void;
  /** From here on this one reads. */
  switchTo(analyzer: Analyzer): void;
  /** From here on it is another protocol, to be known by its first bytes: TLS after STARTTLS. */
  startOver(): void;
  readonly ports: { readonly client: number; readonly server: number };
}

export type OpenAnalyzer = (channel: Channel) => Analyzer;

export const seconds = (timeUs: number): number => timeUs / 1e6;
