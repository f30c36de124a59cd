/**
 * A room of 1,000,000 messages in the browser: how long until what was said last is there, how many frames take over 50 ms
 * while somebody scrolls back, and what it takes of memory. A real server, started by its command, and a real Chromium.
 *
 *     node bench/scroll-chat.ts --folder DIR         keeps the filled workspace there, or uses the one that is there
 *     node bench/scroll-chat.ts --fill-only ...      fills it and measures nothing, which takes most of the time
 *     node bench/scroll-chat.ts --messages 10000     a smaller one; writes nothing down
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Browser } from 'playwright-core';
import { openWorkspaceKey, ringInFile } from '../src/accounts/index.ts';
import { newId } from '../src/base/ids.ts';
import { silentLog } from '../src/base/log.ts';
import { openChat } from '../src/chat/index.ts';
import type { RecordStore } from '../src/storage/index.ts';
import { sessionCookieFor } from '../test/support/clients/person-over-http.ts';
import { startServer } from '../test/support/servers/start-server.ts';
import { chatAlone } from './frame/chat-alone.ts';
import { measureLongList, openSomeTimes } from './frame/long-list.ts';
import { IN_THE_MIDDLE, type Line, memoryLine, type Scrolled, scrollLines } from './frame/scrolling.ts';

const { values } = parseArgs({
  options: {
    messages: { type: 'string', default: '1000000' },
    folder: { type: 'string' },
    'fill-only': { type: 'boolean', default: false },
  },
});
const MESSAGES = Number(values.messages);
const SENDERS = 512;
/** Pixels a second: as fast as a hand turns a wheel, and five times that. */
const PACES = { wheel: 4_400, fast: 22_000 };
const WHEEL_MS = 10_000;
const FAST_MS = 30_000;

interface Filled {
  readonly email: string;
  readonly password: string;
  readonly roomId: string;
}

/** What people write: mostly a line, now and then more. */
function textOf(number: number): string {
  if (number % 97 === 0)
    return `The export again:\n\n\`\`\`sh\nholdfast get "/Grant ${number}/" ./copy\nholdfast backup verify\n\`\`\``;
  if (number % 41 === 0) return `Three points for number ${number}:\n\n1. the lease\n2. the **grant**\n3. the retreat`;
  if (number % 23 === 0) return `See https://example.org/minutes/${number} before Thursday, please.`;
  const more =
    number % 5 === 0 ? ' It takes a little longer than we thought, since nobody has the keys of the store.' : '';
  return `Message ${number} about the plan of the second half.${more}`;
}

/** A workspace with one long room. What is known of it lies beside its data. */
async function fill(folder: string): Promise<Filled> {
  const known = join(folder, `filled-${MESSAGES}.json`);
  if (existsSync(known)) return JSON.parse(readFileSync(known, 'utf8')) as Filled;
  const data = join(folder, 'data');
  mkdirSync(data, { recursive: true, mode: 0o700 });
  let records: RecordStore | undefined;
  await using server = await startServer({ data, wrapRecords: (opened) => (records = opened) });
  if (!records) throw new Error('The server opened no records');
  const { email, password } = await server.signUp({ name: 'Ada', email: 'ada@example.org' });
  const file = join(data, 'secrets/workspace.key');
  const workspaceKey = await openWorkspaceKey({
    place: ringInFile(file, silentLog),
    records,
    clock: Date.now,
    log: silentLog,
  });
  await using chat = await openChat({ ...chatAlone(records), workspaceKey });
  const people = ['grace', 'lo', 'radia'].map(
    (handle) => ({ accountId: newId(), sessionId: newId(), handle, name: handle, role: 'admin' }) as const,
  );
  const [grace] = people;
  if (!grace) throw new Error('Nobody is there to write');
  const { roomId } = (await chat.createRoom(grace, { name: `${MESSAGES}`, kind: 'public' })).room;
  let sent = 0;
  const send = async (): Promise<void> => {
    // A few in a row by one person, as people write.
    while (sent < MESSAGES)
      await chat.send(people[Math.floor((sent += 1) / 4) % 3] ?? grace, roomId, { text: textOf(sent) });
  };
  await Promise.all(Array.from({ length: SENDERS }, send));
  const filled = { email, password, roomId };
  writeFileSync(known, JSON.stringify(filled), { mode: 0o600 });
  return filled;
}

/**
 * Scrolls back (or, with a pace below zero, on) for a time, and answers how long each frame took, and between which messages
 * it went. The list moves by itself where messages come above: each step is from where it stands.
 */
const SCROLL = (pace: number, forMs: number): string => `(async () => {
  const list = document.querySelector('[role=log]');
  const middle = () => (${IN_THE_MIDDLE})(list, 'article');
  const sequence = () => Number([...list.querySelectorAll('article[id]')].at(0)?.id.split('-')[1]);
  const frames = [];
  let [empty, looked, left] = [0, 0, 0];
  const from = sequence();
  const began = performance.now();
  let last = began;
  for (;;) {
    await new Promise((resolve) => requestAnimationFrame(resolve));
    const now = performance.now();
    const frameMs = now - last;
    frames.push(frameMs);
    last = now;
    if (frames.length % 10 === 0) {
      looked += 1;
      if (!middle()) empty += 1;
    }
    left += (frameMs / 1000) * ${pace};
    const step = Math.trunc(left);
    left -= step;
    list.scrollTop -= step;
    if (now - began >= ${forMs}) return { frames, empty, looked, from, to: sequence() };
  }
})()`;

interface ScrolledMessages extends Scrolled {
  readonly from: number;
  readonly to: number;
}

/** A room opens at the last line that was read. */
async function markRead(origin: string, filled: Filled): Promise<void> {
  const { name, value } = await sessionCookieFor(origin, filled);
  const reply = await fetch(`${origin}/api/v1/chat/rooms/${filled.roomId}/read`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', cookie: `${name}=${value}`, origin },
    body: JSON.stringify({ sequence: MESSAGES }),
  });
  if (!reply.ok) throw new Error(`Mark all as read: ${reply.status} ${await reply.text()}`);
}

async function measure(browser: Browser, origin: string, filled: Filled): Promise<Line[]> {
  const lines: Line[] = [];
  await markRead(origin, filled);
  const opening = (place: string) => ({
    ...{ origin, person: filled, path: `/chat/rooms/${filled.roomId}${place}` },
    selector: '[role=log] [data-settled] article',
  });
  const middle = opening(`/at/${Math.floor(MESSAGES / 2)}`);
  const atMiddle = await openSomeTimes(browser, middle, 'from the address of a message in its middle to it');
  await atMiddle.page.context().close();
  const { page, line } = await openSomeTimes(browser, opening(''), 'from the address to what was said last');
  lines.push(line, atMiddle.line);

  const devtools = await page.context().newCDPSession(page);
  await devtools.send('Performance.enable');
  lines.push(await memoryLine(devtools, 'memory when it is open'));
  const scroll = async (what: string, pace: number, forMs: number): Promise<Line[]> => {
    const scrolled = (await page.evaluate(SCROLL(pace, forMs))) as ScrolledMessages;
    const [from, to] = [scrolled.from, scrolled.to].map((sequence) => sequence.toLocaleString('en'));
    return scrollLines(what, scrolled, `from message ${from} to ${to}`);
  };
  lines.push(...(await scroll(`back for ${WHEEL_MS / 1000} s at the pace of a wheel`, PACES.wheel, WHEEL_MS)));
  lines.push(...(await scroll(`back for ${FAST_MS / 1000} s five times as fast`, PACES.fast, FAST_MS)));
  lines.push(await memoryLine(devtools, 'memory after that'));
  lines.push(...(await scroll(`on for ${WHEEL_MS / 1000} s at the pace of a wheel`, -PACES.wheel, WHEEL_MS)));
  await page.context().close();
  return lines;
}

await measureLongList({
  name: 'scroll-chat',
  title: `Scrolling a room of ${MESSAGES.toLocaleString('en')} messages`,
  notes: [
    `The pace of a wheel is ${PACES.wheel.toLocaleString('en')} pixels a second. A page of messages comes from the server on the way, 100 at a time; the`,
    'page keeps the 600 nearest.',
  ],
  folder: values.folder,
  fillOnly: values['fill-only'],
  isWhole: MESSAGES === 1_000_000,
  fill,
  measure,
});
