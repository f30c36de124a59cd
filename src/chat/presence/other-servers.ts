/**
 * Who is on the other servers, told by pub/sub. What is lost on the way is made good by the next list of everybody; what
 * is sent is sealed, since whoever carries it may read it.
 */
import type { KeyObject } from 'node:crypto';
import { newId } from '../../base/ids.ts';
import type { Log } from '../../base/log.ts';
import { repeat } from '../../base/timing/repeat.ts';
import { seal, unseal } from '../../base/crypto/sealed-box.ts';
import type { PubSub } from '../../storage/index.ts';
import type { Person } from '../chat-deps.ts';
import { topics } from '../records.ts';

/** Somebody on one server. */
export type Here = Pick<Person, 'accountId' | 'handle' | 'role'> & {
  readonly state: 'online' | 'away';
  /** A client of theirs, which is not away, shows all their rooms. */
  readonly showsAll: boolean;
};

type Gone = { readonly accountId: string; readonly gone: true };

type Message =
  | { readonly type: 'changed'; readonly people: readonly (Here | Gone)[] }
  | { readonly type: 'here'; readonly people: readonly Here[] }
  /** A server that began, and wants to know who is where. */
  | { readonly type: 'who' }
  | { readonly type: 'bye' };

export interface OtherServers extends AsyncDisposable {
  /** One for each server that the person is on. */
  find(accountId: string): Here[];
  /** What is other here than it was. */
  tell(people: readonly (Here | Gone)[]): void;
}

export interface OtherServersDeps {
  readonly pubSub: PubSub;
  readonly log: Log;
  readonly key: KeyObject;
  readonly everyMs: number;
  readonly everybodyHere: () => readonly Here[];
  readonly onChanged: (accountId: string) => void;
}

export function openOtherServers({
  pubSub,
  log,
  key,
  everyMs,
  everybodyHere,
  onChanged,
}: OtherServersDeps): OtherServers {
  const serverId = newId();
  const servers = new Map<string, { people: Map<string, Here>; heardMs: number }>();

  const publish = (message: Message): void => {
    const sealed = seal(key, [topics.presence, serverId], Buffer.from(JSON.stringify(message)));
    pubSub.publish(topics.presence, { serverId, sealed });
  };
  const forget = (id: string): void => {
    for (const accountId of servers.get(id)?.people.keys() ?? []) onChanged(accountId);
    servers.delete(id);
  };
  const hear = (from: string, message: Message): void => {
    if (message.type === 'bye') return forget(from);
    const server = servers.get(from) ?? { people: new Map<string, Here>(), heardMs: 0 };
    servers.set(from, server);
    server.heardMs = performance.now();
    if (message.type === 'who') return publish({ type: 'here', people: everybodyHere() });
    if (message.type === 'here') {
      for (const accountId of server.people.keys()) onChanged(accountId);
      server.people = new Map();
    }
    for (const person of message.people) {
      if ('gone' in person) server.people.delete(person.accountId);
      else server.people.set(person.accountId, person);
      onChanged(person.accountId);
    }
  };

  const subscription = pubSub.subscribe(topics.presence, ({ serverId: from, sealed }) => {
    if (typeof from !== 'string' || typeof sealed !== 'string' || from === serverId) return;
    const plain = unseal(key, [topics.presence, from], sealed);
    if (plain) hear(from, JSON.parse(plain.toString()) as Message);
    else log.warn({}, 'Who is on another server was told by somebody else than a server of this workspace');
  });
  const rounds = repeat(everyMs, async () => {
    publish({ type: 'here', people: everybodyHere() });
    const oldest = performance.now() - 3 * everyMs;
    for (const [id, { heardMs }] of [...servers]) if (heardMs < oldest) forget(id);
  });
  publish({ type: 'who' });

  return {
    find: (accountId) => [...servers.values()].flatMap(({ people }) => people.get(accountId) ?? []),
    tell(people) {
      if (people.length > 0) publish({ type: 'changed', people });
    },
    async [Symbol.asyncDispose]() {
      await rounds[Symbol.asyncDispose]();
      subscription[Symbol.dispose]();
      publish({ type: 'bye' });
    },
  };
}
