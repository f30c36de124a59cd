/**
 * How somebody gets a name: asked for it, refused at most twice, asked for an app password where the name is an
 * account's. A state machine, so that every way through it is one function: {@link nextState}.
 */
import type { LineHub, LinePerson, NameOwner } from './hub.ts';
import { looksLikeBot, nameOf } from './names.ts';
import type { Place } from './presence.ts';
import { decode, withoutOwnName } from './speech.ts';
import { words } from './words.ts';

export const MAX_REFUSALS = 3;

export type NamingState =
  /** `NICKNAME` is about to be sent. */
  | { readonly at: 'asking name'; readonly refusals: number }
  | { readonly at: 'asking password'; readonly refusals: number; readonly typed: string; readonly owner: NameOwner }
  | { readonly at: 'claiming'; readonly refusals: number; readonly claim: Claim }
  | { readonly at: 'refused'; readonly refusals: number; readonly why: string }
  | { readonly at: 'named'; readonly claim: Claim; readonly place: Place }
  | { readonly at: 'over' };

/** `name` is what others see; `typed` what the client calls itself. */
export type Claim = { readonly name: string; readonly typed: string; readonly person: LinePerson | null };

export interface NamingDeps {
  readonly hub: Pick<LineHub, 'ownerOf' | 'logIn'>;
  /** Where this connection comes from decides who may use it. */
  readonly allowed: Allowed;
  /** Asks and waits; `null`: no answer came, or the connection is over. */
  readonly ask: (question: 'name' | { readonly passwordOf: string }) => Promise<Buffer | null>;
  /** Says why not, and pauses before what comes next, so that it comes alone. */
  readonly refuse: (why: string) => Promise<void>;
  /** `null`: somebody has the name. */
  readonly claim: (claim: Claim) => Promise<Place | null>;
}

export interface Allowed {
  readonly visitors: boolean;
  /** False where an app password could be read on its way. */
  readonly accounts: boolean;
}

export async function nextState(state: NamingState, deps: NamingDeps): Promise<NamingState> {
  const { hub, allowed } = deps;
  const refused = (why: string): NamingState => ({ at: 'refused', refusals: refusalsOf(state) + 1, why });
  switch (state.at) {
    case 'asking name': {
      const answer = await deps.ask('name');
      if (answer === null) return { at: 'over' };
      const name = nameOf(decode(answer));
      if (name === null) return refused(words.nameInvalid);
      if (looksLikeBot(name)) return refused(words.nameOfBot);
      const owner = await hub.ownerOf(name);
      if (owner === 'reserved') return refused(words.nameInUse);
      if (owner) {
        if (!allowed.accounts) return refused(words.needsTls);
        return { at: 'asking password', refusals: state.refusals, typed: name, owner };
      }
      if (!allowed.visitors) return refused(words.visitorsRefused);
      return { at: 'claiming', refusals: state.refusals, claim: { name, typed: name, person: null } };
    }
    case 'asking password': {
      const { typed, owner } = state;
      const answer = await deps.ask({ passwordOf: typed });
      if (answer === null) return { at: 'over' };
      const appPassword = withoutOwnName(decode(answer), [typed, owner.handle]).trim();
      const person = await hub.logIn(owner, appPassword);
      if (person === null) return refused(words.passwordWrong);
      if (person === 'no room') return refused(words.noRoom);
      return { at: 'claiming', refusals: state.refusals, claim: { name: person.handle, typed, person } };
    }
    case 'claiming': {
      const place = await deps.claim(state.claim);
      return place ? { at: 'named', claim: state.claim, place } : refused(words.nameInUse);
    }
    case 'refused':
      await deps.refuse(state.why);
      return state.refusals < MAX_REFUSALS ? { at: 'asking name', refusals: state.refusals } : { at: 'over' };
    case 'named':
    case 'over':
      return state;
  }
}

function refusalsOf(state: NamingState): number {
  return 'refusals' in state ? state.refusals : 0;
}
