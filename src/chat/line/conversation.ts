/** One connection from its first byte to its last: a name, then lines in both directions. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Socket } from 'node:net';
import { HoldfastError } from '../../base/errors.ts';
import { errorFacts } from '../../base/error-facts.ts';
import type { Log } from '../../base/log.ts';
import type { FanOut } from './fan-out.ts';
import type { LineHub } from './hub.ts';
import { type Inbox, openInbox } from './inbox.ts';
import { foldName } from './names.ts';
import { type Allowed, type Claim, nextState, type NamingState } from './naming.ts';
import { openPace } from './pace.ts';
import type { Place, Presence } from './presence.ts';
import { sayPrivately } from './private-lines.ts';
import { saidLines, serverLine } from './render.ts';
import type { LineSettings } from './settings.ts';
import { readMessage } from './speech.ts';
import { ASK_NAME, words } from './words.ts';

export interface ConversationDeps {
  readonly hub: LineHub;
  readonly presence: Presence;
  readonly fanOut: FanOut;
  readonly settings: LineSettings;
  readonly log: Log;
}

/** Between an answer and the next `NICKNAME`, so that they arrive apart. */
const ALONE_MS = 100;
/** A message without an end is cut off here. */
const MAX_FRAME_BYTES = 65_536;
/** Messages of one client that are read and not yet accepted. */
const MAX_IN_FLIGHT = 64;

/** Resolves when the connection is over and told so. `onNamed` is called when it has a name. */
export async function converse(
  socket: Socket,
  allowed: Allowed,
  deps: ConversationDeps,
  onNamed: () => void,
): Promise<void> {
  const { settings, log } = deps;
  prepare(socket, settings);
  const limits = { quietMs: settings.chatLineQuietMs, maxFrameBytes: MAX_FRAME_BYTES, maxWaiting: MAX_IN_FLIGHT };
  const inbox = openInbox(socket, limits, {
    onOverflow: () => socket.end(serverLine(words.tooLong)),
    onOther: () => socket.destroy(),
  });
  try {
    const named = await findName(socket, inbox, allowed, deps);
    if (named === null) return;
    onNamed();
    await using place = named.place;
    await speak({ socket, inbox, claim: named.claim, place }, deps);
  } catch (error) {
    log.error(errorFacts(error), 'A connection of the line was ended');
    if (socket.writable) socket.write(serverLine(words.busy));
  } finally {
    inbox[Symbol.dispose]();
    finish(socket);
  }
}

function prepare(socket: Socket, settings: LineSettings): void {
  socket.setNoDelay(true);
  socket.setKeepAlive(true, settings.chatLineKeepAliveMs);
  // Idle readers are welcome; what waits for one that takes nothing is not.
  socket.setTimeout(settings.chatLineKeepAliveMs);
  socket.on('timeout', () => {
    if (socket.writableLength > 0) socket.destroy();
  });
  // Whatever breaks it, it is closed then.
  socket.on('error', () => {});
}

/** Says what is still to be said, and waits no longer than a second for it. */
function finish(socket: Socket): void {
  if (socket.destroyed) return;
  const late = setTimeout(() => socket.destroy(), 1000);
  socket.once('close', () => clearTimeout(late));
  socket.end(() => socket.destroy());
}

/** `null`: it never had one. */
async function findName(
  socket: Socket,
  inbox: Inbox,
  allowed: Allowed,
  { hub, presence, settings }: ConversationDeps,
): Promise<Extract<NamingState, { at: 'named' }> | null> {
  let state: NamingState = { at: 'asking name', refusals: 0 };
  const naming = {
    hub,
    allowed,
    async ask(question: 'name' | { readonly passwordOf: string }) {
      socket.write(question === 'name' ? ASK_NAME : serverLine(words.askPassword(question.passwordOf)));
      const late = setTimeout(() => socket.destroy(), settings.chatLineNameTimeoutMs);
      const answer = await inbox.next();
      clearTimeout(late);
      return answer;
    },
    async refuse(why: string) {
      socket.write(serverLine(why));
      await pause(ALONE_MS);
      // What came before the question is no answer to it: it may be the app password of a name that was misspelt.
      inbox.clear();
    },
    claim: (claim: Claim) => presence.enter(claim),
  };
  for (;;) {
    state = await nextState(state, naming);
    if (state.at === 'over') return null;
    if (state.at === 'named') return state;
  }
}

interface Speaking {
  readonly socket: Socket;
  readonly inbox: Inbox;
  readonly claim: Claim;
  readonly place: Place;
}

async function speak({ socket, inbox, claim, place }: Speaking, deps: ConversationDeps): Promise<void> {
  const { hub, presence, fanOut, settings } = deps;
  const { name, typed, person } = claim;
  using open = new DisposableStack();
  const over = new AbortController();
  open.defer(() => over.abort());
  let ignored: ReadonlySet<string> = new Set();
  // Known before anything is heard.
  if (person) open.use(await hub.ignoredBy(person, (names) => void (ignored = names)));
  const seat = fanOut.seat(socket, () => socket.destroy(), person && (() => ignored));
  open.defer(() => seat.leave());
  let revoked = false;
  if (person) open.use(hub.enter(person));
  const speaker = { name, person, address: socket.remoteAddress ?? '' };
  open.use(
    hub.watch(speaker, (why) => {
      revoked = true;
      seat.tell(serverLine(why === 'credential' ? words.ended : words.keptOut));
      inbox[Symbol.dispose]();
    }),
  );
  place.arrive(({ author, text }) => {
    if (!ignored.has(foldName(author))) seat.tell(saidLines(author, text));
  });
  seat.tell(serverLine(words.connected));

  const pace = openPace({ burst: settings.chatLineBurst, everyMs: settings.chatLineMessageEveryMs }, over.signal);
  socket.once('close', () => over.abort());
  const inFlight = new Set<Promise<void>>();
  const failed = (error: unknown): void => {
    if (!(error instanceof HoldfastError)) deps.log.error(errorFacts(error), 'A message could not be kept');
    seat.tell(serverLine(error instanceof HoldfastError ? words.notSent(error.title) : words.busy));
  };
  const say = (text: string): void => {
    const said = hub
      .say(speaker, text)
      .then((told) => {
        if (told !== null) seat.tell(serverLine(told));
      })
      .catch(failed)
      .finally(() => inFlight.delete(said));
    inFlight.add(said);
  };
  const unlock = async (appPassword: string | null): Promise<string> => {
    const again = person && appPassword !== null ? await hub.logIn(person, appPassword) : null;
    const isSame = again !== null && again !== 'no room' && again.appPasswordId === person?.appPasswordId;
    return isSame ? words.unlocked : words.secret;
  };

  for (;;) {
    const message = await inbox.next();
    if (message === null) break;
    await pace();
    if (inFlight.size >= MAX_IN_FLIGHT) await Promise.race(inFlight);
    if (revoked) break;
    const spoken = readMessage(message, [typed, name]);
    if (spoken.kind === 'public') say(spoken.text);
    else if (spoken.kind === 'private') {
      // Whoever hears both hears them in the order they were said.
      await Promise.all(inFlight);
      const answer = await sayPrivately({ hub, presence }, speaker, spoken).catch(failed);
      if (answer) seat.tell(serverLine(answer));
    } else if (spoken.kind === 'too long') seat.tell(serverLine(words.tooLong));
    else if (spoken.kind === 'secret') {
      const answer = await unlock(spoken.appPassword).catch(failed);
      if (answer) seat.tell(serverLine(answer));
    }
  }
  // Who said something and went is heard before they are told to have left.
  await Promise.all(inFlight);
}
