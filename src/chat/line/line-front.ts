/** The line front: everybody who is connected by the original protocol, and the room they share with the others. */
import type { Socket } from 'node:net';
import type { Log } from '../../base/log.ts';
import { converse } from './conversation.ts';
import { openFanOut } from './fan-out.ts';
import type { LineHub } from './hub.ts';
import { foldName } from './names.ts';
import type { Allowed } from './naming.ts';
import type { OtherServers } from './other-servers.ts';
import { openPresence } from './presence.ts';
import { roomLines, serverLine } from './render.ts';
import type { LineSettings } from './settings.ts';
import { words } from './words.ts';

export interface LineFront extends AsyncDisposable {
  /** Talks to whoever is at the other end, until either side ends it. The socket must allow to be half open. */
  accept(socket: Socket, allowed: Allowed): void;
}

export interface LineFrontDeps {
  readonly hub: LineHub;
  readonly others: OtherServers;
  readonly settings: LineSettings;
  readonly log: Log;
}

export function openLineFront({ hub, others, settings, log }: LineFrontDeps): LineFront {
  const fanOut = openFanOut(settings.chatLineQueueBytes);
  const presence = openPresence({
    others,
    onJoined: (name) => fanOut.tellAll(serverLine(words.joined(name))),
    onLeft: (name) => fanOut.tellAll(serverLine(words.left(name))),
  });
  const room = hub.listen((lines) => {
    for (const line of lines) fanOut.tellAll(roomLines(line), foldName(line.author));
  });
  const sockets = new Set<Socket>();
  /** In the order they came; they make room when there is none. */
  const nameless = new Set<Socket>();
  const running = new Set<Promise<void>>();

  /** False: everybody who is connected has a name. */
  const makeRoom = (): boolean => {
    if (sockets.size < settings.chatLineConnections) return true;
    const [oldest] = nameless;
    if (!oldest) return false;
    nameless.delete(oldest);
    sockets.delete(oldest);
    oldest.destroy();
    return true;
  };

  return {
    accept(socket, allowed) {
      if (!makeRoom()) {
        socket.on('error', () => {});
        socket.end(serverLine(words.full), () => socket.destroy());
        return;
      }
      sockets.add(socket);
      nameless.add(socket);
      socket.once('close', () => {
        sockets.delete(socket);
        nameless.delete(socket);
      });
      const deps = { hub, presence, fanOut, settings, log };
      const conversation = converse(socket, allowed, deps, () => nameless.delete(socket)).finally(() =>
        running.delete(conversation),
      );
      running.add(conversation);
    },
    async [Symbol.asyncDispose]() {
      room[Symbol.dispose]();
      for (const socket of sockets) socket.destroy();
      await Promise.all(running);
      await presence[Symbol.asyncDispose]();
      fanOut[Symbol.dispose]();
    },
  };
}
