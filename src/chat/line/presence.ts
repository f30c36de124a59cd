/** Who is on the line, here and on the other servers; joins and leaves are told once, and kept nowhere. */
import type { Claim } from './naming.ts';
import { foldName } from './names.ts';
import type { OtherServers } from './other-servers.ts';

export interface Presence extends AsyncDisposable {
  /** `null`: somebody has the name. An account's people may be here several times. */
  enter(claim: Claim): Promise<Place | null>;
  /** Gives a line to everybody of this name, wherever; false when there is nobody. */
  tellPrivately(toName: string, line: PrivateLine): boolean;
}

export type PrivateLine = { readonly author: string; readonly text: string };

/** A name that is taken. Disposing gives it back, and tells that its owner left. */
export interface Place extends AsyncDisposable {
  /** Tells that its owner joined; from here on `hear` is called with lines for this name alone. */
  arrive(hear: (line: PrivateLine) => void): void;
}

export interface PresenceDeps {
  readonly others: OtherServers;
  readonly onJoined: (name: string) => void;
  readonly onLeft: (name: string) => void;
}

type Group = {
  readonly name: string;
  /** `null`: a visitor, of whom there is one. */
  readonly accountId: string | null;
  /** Those who took the name, with what hears for them once they arrived. */
  readonly members: Map<object, ((line: PrivateLine) => void) | null>;
  told: boolean;
};

export function openPresence({ others, onJoined, onLeft }: PresenceDeps): Presence {
  const here = new Map<string, Group>();

  const hear = (folded: string, line: PrivateLine): boolean => {
    const heard = [...(here.get(folded)?.members.values() ?? [])].filter((each) => each !== null);
    for (const each of heard) each(line);
    return heard.length > 0;
  };
  const told = others.listen({
    joined: onJoined,
    left: onLeft,
    isHere: (folded) => here.get(folded)?.told ?? false,
    here: () => [...here.values()].filter((group) => group.told).map(({ name }) => name),
    private: hear,
  });

  const leave = async (folded: string, group: Group, member: object): Promise<void> => {
    if (!group.members.delete(member) || group.members.size > 0) return;
    here.delete(folded);
    if (group.told) {
      others.left(group.name);
      if (!others.has(folded)) onLeft(group.name);
    }
    if (group.accountId === null) await others.release(folded);
  };

  return {
    async enter({ name, person }) {
      const folded = foldName(name);
      const accountId = person?.accountId ?? null;
      const present = here.get(folded);
      if (present && (accountId === null || present.accountId !== accountId)) return null;
      const group = present ?? { name, accountId, members: new Map(), told: false };
      const member = {};
      group.members.set(member, null);
      // Before the other servers are asked, so that two who come at once do not both get it.
      here.set(folded, group);
      // An account's name needs no asking: no visitor can have it.
      const free = accountId !== null || (await others.take(folded).catch(refused(here, folded)));
      if (!free) {
        here.delete(folded);
        return null;
      }
      return {
        arrive(listener) {
          if (!group.members.has(member)) return;
          group.members.set(member, listener);
          if (group.told) return;
          group.told = true;
          if (!others.has(folded)) onJoined(name);
          others.joined(name);
        },
        [Symbol.asyncDispose]: () => leave(folded, group, member),
      };
    },
    tellPrivately(toName, line) {
      const folded = foldName(toName);
      const heard = hear(folded, line);
      return others.tell(folded, line) || heard;
    },
    async [Symbol.asyncDispose]() {
      told[Symbol.dispose]();
    },
  };
}

function refused(here: Map<string, Group>, folded: string): (error: unknown) => never {
  return (error) => {
    here.delete(folded);
    throw error;
  };
}
