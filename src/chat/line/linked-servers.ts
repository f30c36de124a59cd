/**
 * The lines of several servers, told of each other by pub/sub: who is where, and private lines on their way. What is
 * lost on the way is made good by the next list of names; what is sent is sealed, since whoever carries it may read it.
 */
import type { KeyObject } from 'node:crypto';
import { repeat } from '../../base/timing/repeat.ts';
import { seal, unseal } from '../../base/crypto/sealed-box.ts';
import type { PubSub } from '../../storage/index.ts';
import type { ClaimedNames } from './claimed-names.ts';
import { foldName } from './names.ts';
import type { OtherServers, OtherServersListener } from './other-servers.ts';

export interface LinkedServersDeps {
  readonly pubSub: PubSub;
  readonly names: Pick<ClaimedNames, 'take' | 'release'>;
  /** The same on every server, for this alone. */
  readonly key: KeyObject;
  readonly serverId: string;
  /** How often the names of those who are here are told; a server that is silent for three times as long is gone. */
  readonly everyMs: number;
}

type Message =
  | { readonly type: 'joined'; readonly name: string }
  | { readonly type: 'left'; readonly name: string }
  | { readonly type: 'here'; readonly names: readonly string[] }
  /** A server that began, and wants to know who is where. */
  | { readonly type: 'who' }
  | { readonly type: 'bye' }
  | { readonly type: 'private'; readonly to: string; readonly author: string; readonly text: string };

type Server = {
  /** Names as they are shown, by their folded form. */
  readonly names: Map<string, string>;
  heardMs: number;
};

const TOPIC = 'chat-line';

export function openLinkedServers({
  pubSub,
  names,
  key,
  serverId,
  everyMs,
}: LinkedServersDeps): OtherServers & AsyncDisposable {
  const servers = new Map<string, Server>();
  let listener: OtherServersListener | undefined;

  const has = (folded: string): boolean => [...servers.values()].some((server) => server.names.has(folded));
  const publish = (message: Message): void => {
    const sealed = seal(key, [TOPIC, serverId], Buffer.from(JSON.stringify(message)));
    pubSub.publish(TOPIC, { serverId, sealed });
  };
  const publishHere = (): void => {
    if (listener) publish({ type: 'here', names: listener.here() });
  };

  const add = (server: Server, name: string, tell: boolean): void => {
    const folded = foldName(name);
    const known = has(folded);
    server.names.set(folded, name);
    if (tell && !known && !listener?.isHere(folded)) listener?.joined(name);
  };
  const remove = (server: Server, folded: string): void => {
    const name = server.names.get(folded);
    if (name === undefined) return;
    server.names.delete(folded);
    if (!has(folded) && !listener?.isHere(folded)) listener?.left(name);
  };
  const forget = (id: string, server: Server): void => {
    for (const folded of [...server.names.keys()]) remove(server, folded);
    servers.delete(id);
  };

  const hear = (from: string, message: Message): void => {
    const known = servers.get(from);
    if (message.type === 'bye') {
      if (known) forget(from, known);
      return;
    }
    const server: Server = known ?? { names: new Map(), heardMs: 0 };
    servers.set(from, server);
    server.heardMs = performance.now();
    if (message.type === 'joined') add(server, message.name, true);
    else if (message.type === 'left') remove(server, foldName(message.name));
    else if (message.type === 'private') listener?.private(message.to, message);
    else if (message.type === 'who') publishHere();
    else {
      const now = new Set(message.names.map(foldName));
      for (const folded of [...server.names.keys()]) if (!now.has(folded)) remove(server, folded);
      // Who was there before this server heard of them did not just join.
      for (const name of message.names) if (!server.names.has(foldName(name))) add(server, name, known !== undefined);
    }
  };

  const subscription = pubSub.subscribe(TOPIC, ({ serverId: from, sealed }) => {
    if (typeof from !== 'string' || typeof sealed !== 'string' || from === serverId) return;
    const plain = unseal(key, [TOPIC, from], sealed);
    if (plain) hear(from, JSON.parse(plain.toString()) as Message);
  });
  const rounds = repeat(everyMs, async () => {
    publishHere();
    const oldest = performance.now() - 3 * everyMs;
    for (const [id, server] of [...servers]) if (server.heardMs < oldest) forget(id, server);
  });

  return {
    take: (folded) => names.take(folded),
    release: (folded) => names.release(folded),
    has,
    joined: (name) => publish({ type: 'joined', name }),
    left: (name) => publish({ type: 'left', name }),
    tell(folded, { author, text }) {
      if (!has(folded)) return false;
      publish({ type: 'private', to: folded, author, text });
      return true;
    },
    listen(told) {
      listener = told;
      publish({ type: 'who' });
      return { [Symbol.dispose]: () => (listener = undefined) };
    },
    async [Symbol.asyncDispose]() {
      await rounds[Symbol.asyncDispose]();
      subscription[Symbol.dispose]();
      publish({ type: 'bye' });
    },
  };
}
