/** Somebody who talks in a room on a terminal: what they type, and the lines that they see. */
import { once } from 'node:events';
import type { CommandContext, Dialogue } from '../../../src/base/commands/command.ts';
import { openLeftOut } from '../../../src/chat/commands/left-out.ts';
import { roomTitles } from '../../../src/chat/commands/room-titles.ts';
import { talkInRoom } from '../../../src/chat/commands/talk.ts';
import type { HistoryReply, RoomsReply } from '../../../src/chat/wire.ts';
import { openApiClient } from '../../../src/cli/client/api-client.ts';

export interface ChatTerminal {
  say(line: string): void;
  /** Resolves with the first line that fits, those that came already included. */
  until(pattern: RegExp): Promise<string>;
  readonly shown: readonly string[];
  /** Resolves when they have left. */
  readonly talked: Promise<void>;
}

/** In the room with this id; the last ten messages are shown first. */
export async function chatTerminal(
  server: { readonly url: string },
  { token, workingFolder = '.' }: { readonly token: string; readonly workingFolder?: string },
  roomId: string,
): Promise<ChatTerminal> {
  const typed: string[] = [];
  const shown: string[] = [];
  const news = new EventTarget();
  const dialogue: Dialogue = {
    lines: (async function* () {
      for (let at = 0; ; at += 1) {
        while (typed[at] === undefined) await once(news, 'typed');
        yield typed[at] ?? '';
      }
    })(),
    show(line) {
      shown.push(line);
      news.dispatchEvent(new Event('line'));
    },
    [Symbol.dispose]() {},
  };
  const plain = (text: string): string => text;
  const styles = { strong: plain, faint: plain, good: plain, attention: plain, danger: plain };
  const signal = new AbortController().signal;
  const api = openApiClient({ url: server.url, token, userAgent: 'test', signal });
  const context = {
    terminal: { json: false, quiet: false, styles },
    prompts: { interactive: true, dialogue: () => dialogue },
    ...{ signal, clock: Date.now, workingFolder },
  } as unknown as CommandContext;
  const { rooms } = await api.get<RoomsReply>('/chat/rooms');
  const room = rooms.find((each) => each.roomId === roomId);
  if (!room) throw new Error('There is no such room for whoever talks');
  const { messages: before } = await api.get<HistoryReply>(`/chat/rooms/${roomId}/messages?limit=10`);
  const title = (await roomTitles(api, [room]))(room);
  const leftOut = await openLeftOut(api);
  const talked = talkInRoom(context, api, { rooms, room, title, before, leftOut, showsBlurred: false });
  return {
    shown,
    say(line) {
      typed.push(line);
      news.dispatchEvent(new Event('typed'));
    },
    async until(pattern) {
      for (;;) {
        const found = shown.find((line) => pattern.test(line));
        if (found !== undefined) return found;
        await once(news, 'line');
      }
    },
    talked: talked.finally(() => api[Symbol.dispose]()),
  };
}
