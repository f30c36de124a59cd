/** The lines of the other servers of this workspace: whose names are taken there, who comes and goes, private lines. */
import type { PrivateLine } from './presence.ts';

export interface OtherServers {
  /** Takes a visitor's name in the whole workspace; false when somebody has it. `folded` by foldName. */
  take(folded: string): Promise<boolean>;
  release(folded: string): Promise<void>;
  /** Whether somebody of this name is on another server. */
  has(folded: string): boolean;
  /** Tells the others of somebody here. */
  joined(name: string): void;
  left(name: string): void;
  /** Gives a private line to where its receiver is; false when that is nowhere else. */
  tell(folded: string, line: PrivateLine): boolean;
  listen(listener: OtherServersListener): Disposable;
}

export interface OtherServersListener {
  readonly joined: (name: string) => void;
  readonly left: (name: string) => void;
  readonly isHere: (folded: string) => boolean;
  /** Names of everybody here, for a server that came later. */
  readonly here: () => readonly string[];
  readonly private: (folded: string, line: PrivateLine) => void;
}

/** For a workspace with one server. */
export const noOtherServers: OtherServers = {
  take: () => Promise.resolve(true),
  release: () => Promise.resolve(),
  has: () => false,
  joined() {},
  left() {},
  tell: () => false,
  listen: () => ({ [Symbol.dispose]() {} }),
};
