/** What the line front needs of the rest: one room to speak into, and who people are. */
export interface LineHub {
  /**
   * Whose a name is, whatever its case; `null` when anybody may have it. `reserved`: nobody may, since it would pass for
   * the product, a bot or everybody.
   */
  ownerOf(name: string): Promise<NameOwner | 'reserved' | null>;
  /**
   * Who an app password lets in, if it is one of this account and its scope is chat; `null` if not. `no room`: it is, and
   * the account may not enter the room.
   */
  logIn(owner: NameOwner, appPassword: string): Promise<LinePerson | 'no room' | null>;
  /**
   * Calls `onEnded` once, when the speaker may not go on: app password revoked or account disabled; or kept out of the
   * room, by its moderators or because it is not open to them any more.
   */
  watch(speaker: Speaker, onEnded: (why: 'credential' | 'kept out') => void): Disposable;
  /**
   * Calls with the names of whom they ignore, as {@link foldName} makes them, whenever they choose otherwise, and before it
   * resolves.
   */
  ignoredBy(person: LinePerson, listener: (names: ReadonlySet<string>) => void): Promise<Disposable>;
  /** They are here from now on. */
  enter(person: LinePerson): Disposable;
  /**
   * Says something in the room. Resolves when it is accepted and kept; what one speaker says is accepted in the order
   * of the calls, and what the speaker alone is told of it is answered; `null`: nothing. Rejects with one of our errors,
   * whose title is told to the speaker.
   */
  say(speaker: Speaker, text: string): Promise<string | null>;
  /**
   * Says something to one other account alone, in the conversation of the two. Resolves when it is kept. `locked`: the
   * speaker's key is not in memory any more, and {@link logIn} with the same app password brings it back. Rejects as
   * {@link say}.
   */
  sayPrivately(from: LinePerson, to: NameOwner, text: string): Promise<'kept' | 'locked'>;
  /** Calls `listener` with what is said in the room from now on, by whichever way in, in its order, once. */
  listen(listener: (lines: readonly RoomLine[]) => void): Disposable;
}

export type NameOwner = { readonly accountId: string; readonly handle: string };

/** Holds no key: the connection lasts longer than any key may. The hub keeps it for a while. */
export type LinePerson = NameOwner & { readonly role: 'admin' | 'member' | 'guest'; readonly appPasswordId: string };

/** `person` is `null` for a visitor. */
export type Speaker = {
  readonly name: string;
  readonly person: LinePerson | null;
  /** What they are connected from. */
  readonly address: string;
};

export type RoomLine = {
  readonly author: string;
  /** As it was said, or why it is not shown; may hold several lines. */
  readonly text: string;
  readonly attachments: readonly LineAttachment[];
  /** It took the place of what was said before. */
  readonly edited?: true;
};

export type LineAttachment = { readonly name: string; readonly bytes: number; readonly link: string };
