/** The line protocol in front of the chat: who may speak it where, and what it needs of people and rooms. */
import { createSecretKey } from 'node:crypto';
import { accountErrors, type Accounts, type SessionWatch } from '../../accounts/index.ts';
import type { Clock } from '../../base/clock.ts';
import { errorFacts } from '../../base/error-facts.ts';
import { hasCode } from '../../base/errors.ts';
import { hostInUrl } from '../../base/http/addresses.ts';
import type { Log } from '../../base/log.ts';
import { withoutEscapes } from '../../base/text/markdown.ts';
import { count as counted } from '../../base/text/quantities.ts';
import { blurredIn, type Chat, explanationOf, flaggedOf, nameOf, type RoomEvent, textOf } from '../../chat/index.ts';
import {
  botMark,
  foldName,
  type LineHub,
  type LineSettings,
  lineWords,
  noOtherServers,
  openClaimedNames,
  openLineFront,
  openLinkedServers,
  type OtherServers,
  type RoomLine,
  type Speaker,
} from '../../chat/line/index.ts';
import type { Config } from '../../config/index.ts';
import { chatCaller } from './chat.ts';
import { type LineKeys, openLineKeys } from './line-keys.ts';
import {
  openTcpListeners,
  reachableHosts,
  type TcpListeners,
  type TcpListenOptions,
  type TcpWay,
} from '../../server/index.ts';
import type { PubSub, RecordStore } from '../../storage/index.ts';

export interface ChatLineParts {
  readonly line: Config['chatLine'];
  readonly tls: TcpListenOptions['tls'];
  /** Where people reach this machine; `null`: by whatever address it has. */
  readonly publicHost: string | null;
  readonly chat: Chat;
  readonly accounts: Pick<Accounts, 'handleOwner' | 'authenticateAppPassword'>;
  readonly watch: SessionWatch;
  /** Where people reach the web pages; `null`: not known. */
  readonly origin: string | null;
  readonly settings: LineSettings;
  /** How long a key stays in memory after its last use. */
  readonly keyKeptMs: number;
  readonly clock: Clock;
  /** `null`: no other server uses these records. */
  readonly shared: SharedLine | null;
  readonly log: Log;
}

export interface SharedLine {
  readonly records: RecordStore;
  readonly pubSub: PubSub;
  readonly workspaceKey: { derive(purpose: string, generation?: number): Buffer };
  readonly serverId: string;
}

export interface ChatLine extends AsyncDisposable {
  /** How to reach it, one command each; none where it is off. */
  readonly addresses: readonly string[];
  readonly warnings: readonly string[];
  /** Connections that are open now. */
  count(): number;
}

/** How often servers tell each other who is on their lines. */
const TELL_EVERY_MS = 20_000;
/** Handshakes and refusals, beside those who are on the line. */
const SPARE_CONNECTIONS = 200;

/** Throws what listening throws, unless nobody asked for the port that is taken. */
export async function openChatLine(parts: ChatLineParts): Promise<ChatLine> {
  const { line, tls, settings, log } = parts;
  await using opened = new AsyncDisposableStack();
  const warnings: string[] = [];
  let addresses: string[] = [];
  let count = (): number => 0;
  const roomId = line?.room ? await parts.chat.publicRoom(line.room) : parts.chat.generalRoomId;
  if (line?.room && roomId === null) {
    warnings.push(
      `The chat line is off: there is no public room #${line.room.replace(/^#/, '')} (HOLDFAST_CHAT_LINE_ROOM).`,
    );
  }
  if (line && roomId !== null) {
    const keys = opened.use(openLineKeys(parts.keyKeptMs, parts.clock));
    const hub = opened.use(await roomHub({ ...parts, keys }, roomId));
    const others = parts.shared ? linked(parts.shared, parts, opened) : noOtherServers;
    const front = opened.use(openLineFront({ hub, others, settings, log }));
    const allowed = ({ loopback, encrypted }: TcpWay) => ({
      visitors: line.visitors === 'anywhere' || (line.visitors === 'loopback' && loopback),
      accounts: loopback || encrypted,
    });
    const listening = openTcpListeners({
      ...{ hosts: line.hosts, port: line.port, tls, log },
      otherPort: (port) => `HOLDFAST_CHAT_LINE_PORT=${port < 65_535 ? port + 1 : 3040}, or 0 for none`,
      maxConnections: settings.chatLineConnections + SPARE_CONNECTIONS,
      maxConnectionsPerPlace: settings.chatLineConnectionsPerPlace,
      onConnection: (socket, way) => front.accept(socket, allowed(way)),
    });
    try {
      const listeners = opened.use(await listening);
      count = () => listeners.count();
      addresses = [...new Set(listeners.addresses.map((address) => howToReach(address, parts.publicHost)))];
    } catch (error) {
      if (!line.isDefault || !hasCode(error, 'port_taken')) throw error;
      warnings.push(
        `The chat line is off: port ${line.port} is used by another program. Choose another one with HOLDFAST_CHAT_LINE_PORT, or 0 for none.`,
      );
    }
  }
  const running = opened.move();
  return { addresses, warnings, count, [Symbol.asyncDispose]: () => running.disposeAsync() };
}

/** A command that can be typed as it stands, on this machine or on others. */
function howToReach({ host, port, encrypted }: TcpListeners['addresses'][number], publicHost: string | null): string {
  const names = reachableHosts(host);
  const name = names.length > 1 ? (publicHost ?? names.at(-1) ?? host) : (names[0] ?? host);
  return encrypted ? `openssl s_client -quiet -connect ${hostInUrl(name)}:${port}` : `nc ${name} ${port}`;
}

/** The generation that never changes: every server has it, and names are found again after a rotation. */
function linked(
  { records, pubSub, workspaceKey, serverId }: SharedLine,
  { log, clock }: Pick<ChatLineParts, 'log' | 'clock'>,
  opened: AsyncDisposableStack,
): OtherServers {
  const hashKey = workspaceKey.derive('chat-line-names', 1);
  const names = opened.use(openClaimedNames({ records, hashKey, serverId, everyMs: TELL_EVERY_MS, clock, log }));
  const key = createSecretKey(workspaceKey.derive('chat-line', 1));
  return opened.use(openLinkedServers({ pubSub, names, key, serverId, everyMs: TELL_EVERY_MS }));
}

type HubParts = Pick<ChatLineParts, 'chat' | 'accounts' | 'watch' | 'log' | 'origin'> & { readonly keys: LineKeys };

async function roomHub(
  { chat, accounts, watch, log, origin, keys }: HubParts,
  roomId: string,
): Promise<LineHub & Disposable> {
  const listeners = new Set<(lines: readonly RoomLine[]) => void>();
  const tell = async (lines: readonly RoomLine[]): Promise<void> => {
    // It may have been made private since: whoever is on the line was let into a public room.
    if (!(await chat.isPublic(roomId))) return;
    for (const listener of listeners) listener(lines);
  };
  let turn = Promise.resolve();
  const subscription = await chat.subscribe(roomId, (events) => {
    const lines = events.flatMap((event) => lineOf(event, origin));
    turn = turn
      .then(() => tell(lines))
      .catch((error: unknown) => log.warn(errorFacts(error), 'What was said in a room was not told on the line'));
  });
  return {
    ownerOf: async (name) =>
      (await accounts.handleOwner(name)) ?? ((await chat.bots.isNameTaken(name)) ? 'reserved' : null),
    async logIn(owner, appPassword) {
      try {
        const holder = await accounts.authenticateAppPassword(appPassword);
        if (holder.scope !== 'chat' || holder.accountId !== owner.accountId) return null;
        const { appPasswordId, scope: _, ...chatter } = holder;
        const { accountId, handle, role } = chatter;
        const person = { accountId, handle, role, appPasswordId };
        if (!(await chat.mayEnter(person, roomId))) return 'no room';
        keys.keep({ ...chatter, sessionId: appPasswordId });
        return person;
      } catch (error) {
        if (hasCode(error, 'session_invalid')) return null;
        throw error;
      }
    },
    watch: (speaker, onEnded) =>
      watchSpeaker({ chat, watch, log }, roomId, speaker, (why) => {
        if (speaker.person) keys.forget(speaker.person.appPasswordId);
        onEnded(why);
      }),
    ignoredBy: ({ accountId }, listener) => watchIgnoredNames({ chat, log }, accountId, listener),
    enter: (person) => chat.presence.enter(person, (heard) => heard === roomId),
    async say({ name, person, address }, text) {
      const sent = person
        ? await chat.send(person, roomId, { text })
        : await chat.sendAsVisitor({ name, address }, roomId, text);
      const flagged = flaggedOf(sent);
      return flagged && explanationOf(flagged);
    },
    async sayPrivately({ appPasswordId }, { handle }, text) {
      const holder = keys.use(appPasswordId);
      if (!holder) return 'locked';
      const caller = chatCaller(holder);
      const { room } = await chat.startConversation(caller, [handle]);
      await chat.send(caller, room.roomId, { text });
      return 'kept';
    },
    listen(listener) {
      listeners.add(listener);
      return { [Symbol.dispose]: () => void listeners.delete(listener) };
    },
    [Symbol.dispose]: () => subscription[Symbol.dispose](),
  };
}

/** On the line there are names alone; that of an account is nobody else's. Where it cannot be known, all are heard. */
async function watchIgnoredNames(
  { chat, log }: Pick<ChatLineParts, 'chat' | 'log'>,
  accountId: string,
  listener: (names: ReadonlySet<string>) => void,
): Promise<Disposable> {
  const known = Promise.withResolvers<void>();
  const tell = async (ignored: readonly string[]): Promise<void> => {
    try {
      const people = await Promise.all(ignored.map((each) => chat.person(each)));
      listener(new Set(people.flatMap((person) => (person ? [foldName(person.handle)] : []))));
    } catch (error) {
      log.warn(errorFacts(error), 'Whom somebody on the line ignores could not be read');
    }
    known.resolve();
  };
  // One after the other: names of a choice before would take the place of those of the last one.
  let turn = Promise.resolve();
  const watched = chat.watchIgnored(accountId, (ignored) => {
    turn = turn.then(() => tell(ignored));
  });
  await known.promise;
  return watched;
}

/** Looks from time to time, and at once when the room's moderators did something. */
function watchSpeaker(
  { chat, watch, log }: Pick<ChatLineParts, 'chat' | 'watch' | 'log'>,
  roomId: string,
  { name, person, address }: Speaker,
  onEnded: (why: 'credential' | 'kept out') => void,
): Disposable {
  const open = new DisposableStack();
  const end = (why: 'credential' | 'kept out'): void => {
    if (open.disposed) return;
    open.dispose();
    onEnded(why);
  };
  const look = async (): Promise<void> => {
    const isOut = person
      ? !(await chat.mayEnter(person, roomId))
      : await chat.isBannedVisitor({ name, address }, roomId);
    if (isOut) end('kept out');
  };
  const lookAgain = (): void =>
    void look().catch((error: unknown) =>
      log.warn(errorFacts(error), 'Whether somebody may be on the line is not known'),
    );
  open.use(
    chat.onRoomChanged(roomId, (kicked) => {
      if (person && kicked === person.accountId) end('kept out');
      else lookAgain();
    }),
  );
  if (person) {
    const credential = { accountId: person.accountId, sessionId: person.appPasswordId };
    open.use(
      watch.watch(
        credential,
        () => end('credential'),
        async (now) => {
          if (now !== person.role) throw accountErrors('role_changed');
          await look();
        },
      ),
    );
  }
  // Between the log-in and now nobody listened to what moderators do.
  lookAgain();
  return open;
}

/** What is no message, was removed or is damaged has no line. */
function lineOf(event: RoomEvent, origin: string | null): RoomLine[] {
  const { content, message } = event;
  if (content?.kind === 'change') {
    return content.what === 'edited' && message
      ? lineOf(message, origin).map((line) => ({ ...line, edited: true }))
      : [];
  }
  const text = textOf(event);
  if (text === null) return [];
  const { roomId, sequence } = event;
  // It leads to the message: who opens the file there is somebody in the room.
  const link = origin === null ? '' : `${origin}/chat/rooms/${roomId}/at/${sequence}`;
  const attached = (content?.kind === 'message' && content.attachments) || [];
  const attachments = attached.map(({ name, size }) => ({ name, bytes: size, link }));
  const author = 'bot' in event.author ? botMark(event.author.name) : nameOf(event.author);
  const blurred = blurredIn(event).length;
  const said = 'program' in event.author ? withoutEscapes(text) : text;
  const shown = blurred === 0 ? said : lineWords.blurred(counted(blurred, 'word'), link);
  return [{ author, text: shown, attachments }];
}
