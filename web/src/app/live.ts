/**
 * Hears that something changed, and asks again for what is on the screen. A hint says that and never what, so that a lost
 * or a doubled one does no harm. What chat says comes over the same connection, to whoever hears it in base/requests/connection.ts.
 */
import type { QueryClient } from '@tanstack/react-query';
import type { LiveMessage } from '../../../src/live/wire.ts';
import { request } from '../base/requests/api.ts';
import { type Frame, line, reconnections } from '../base/requests/connection.ts';
import { changingSession, sessionEnded } from '../base/requests/session.ts';
import { changeFolder, fetchShort, lookAgainWhereShort } from '../features/files/folder-pages.ts';

/** As `liveCloseCodes.sessionOver` in src/live/wire.ts. */
const SESSION_OVER = 4401;
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 60_000;
/** A network that is gone says nothing: without an answer to a ping within this time the connection is taken for lost. */
const PING_EVERY_MS = 30_000;

/** Until it is disposed of; a connection that breaks is made anew, after a while that grows. */
export function followLive(queries: QueryClient): Disposable {
  let socket: WebSocket | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let failures = 0;
  let stopped = false;

  let pinging: ReturnType<typeof setInterval> | undefined;
  let heard = true;

  const lost = (code: number): void => {
    clearInterval(pinging);
    socket = undefined;
    failures += 1;
    const later = (): void => {
      if (!stopped && !socket) timer ??= setTimeout(connect, waitMs(failures));
    };
    // Asking tells whether it is over, and then the log-in form is shown. A connection before that would be refused.
    if (code === SESSION_OVER) void request('GET', '/account').then(later, later);
    else later();
    line.lost(connect);
  };
  const watch = (opened: WebSocket): void => {
    heard = true;
    clearInterval(pinging);
    pinging = setInterval(() => {
      if (heard) sendOver(opened, '{"type":"ping"}');
      else giveUp();
      heard = false;
    }, PING_EVERY_MS);
  };
  /** Without waiting for a closing that may never come. */
  const giveUp = (): void => {
    const given = socket;
    if (!given || stopped) return;
    lost(0);
    given.close();
  };

  const connect = (): void => {
    clearTimeout(timer);
    timer = undefined;
    if (stopped || sessionEnded.get() || changingSession.get() || socket) return;
    const opened = new WebSocket(new URL('/api/v1/live', location.href.replace(/^http/, 'ws')));
    socket = opened;
    opened.addEventListener('message', ({ data }) => {
      if (stopped || socket !== opened) return;
      heard = true;
      const message = JSON.parse(String(data)) as LiveMessage | Frame;
      if (message.type === 'ready') {
        watch(opened);
        line.opened((text) => sendOver(opened, text));
      }
      if (message.type === 'ready' && failures > 0) {
        // What stands on the screen as an error need not wait for somebody to press a button.
        void queries.refetchQueries({ type: 'active', predicate: ({ state }) => state.status === 'error' });
        reconnections.set((count) => count + 1);
      }
      if (message.type === 'ready') failures = 0;
      act(queries, message as LiveMessage);
      line.told(message);
    });
    opened.addEventListener('close', ({ code }) => {
      if (!stopped && socket === opened) lost(code);
    });
  };
  /** One that is being made would come to the server when the session is over. */
  const callOff = (): void => {
    const early = socket;
    if (early?.readyState !== WebSocket.CONNECTING) return;
    socket = undefined;
    early.close();
  };
  const unsubscribe = [
    sessionEnded.subscribe(() => {
      if (!sessionEnded.get()) connect();
    }),
    changingSession.subscribe(() => {
      if (changingSession.get()) callOff();
      else connect();
    }),
  ];
  addEventListener('offline', giveUp);
  addEventListener('online', connect);

  connect();
  return {
    [Symbol.dispose]() {
      stopped = true;
      for (const stop of unsubscribe) stop();
      removeEventListener('offline', giveUp);
      removeEventListener('online', connect);
      clearInterval(pinging);
      clearTimeout(timer);
      socket?.close();
      line.ended();
    },
  };
}

/** Nothing reaches the server any more once it has begun to close; what matters is said again over the next connection. */
function sendOver(socket: WebSocket, text: string): void {
  if (socket.readyState === WebSocket.OPEN) socket.send(text);
}

/** With some chance in it, so that not everybody comes back in the same moment after a restart. */
export function waitMs(failures: number, random = Math.random()): number {
  const longest = Math.min(FIRST_WAIT_MS * 2 ** (failures - 1), LONGEST_WAIT_MS);
  return longest * (0.5 + random / 2);
}

function act(queries: QueryClient, message: LiveMessage): void {
  const again = (...queryKey: string[]): void => void queries.invalidateQueries({ queryKey });
  switch (message.type) {
    case 'entries':
      changeFolder(queries, message, (pages) => pages);
      again('recent');
      again('find', message.driveId);
      again('entry', message.driveId);
      again('versions', message.driveId);
      return;
    case 'copies':
      lookAgainWhereShort(queries, message.driveId);
      again('entry', message.driveId);
      again('versions', message.driveId);
      return;
    case 'trash':
      again('trash', message.driveId);
      // A folder that is on the screen, or one above it, may lie there now.
      again('entry', message.driveId);
      again('ancestors', message.driveId);
      return;
    case 'quota':
      again('usage');
      return;
    case 'drives':
      again('drives');
      return;
    case 'notices':
      again('notices');
      return;
    case 'ready':
    case 'resync':
      // What happened while nobody listened was told to nobody, also between what a page asks first and this moment.
      lookAgainWhereShort(queries);
      for (const what of ['recent', 'find', 'entry', 'versions', 'trash']) fetchShort(queries, [what]);
      for (const what of ['usage', 'drives', 'notices']) again(what);
      return;
    case 'pong':
  }
}
