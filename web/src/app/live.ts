/**
 * Hears that something changed, and asks again for what is on the screen. A message says that and never what, so that a lost
 * or a doubled one does no harm.
 */
import type { QueryClient } from '@tanstack/react-query';
import type { LiveMessage } from '../../../src/live/wire.ts';
import { request, sessionEnded } from '../base/api.ts';
import { reconnections } from '../base/connection.ts';
import { changingSession } from '../features/accounts/leave.ts';
import { changeFolder, lookAgainWhereShort } from '../features/files/folder-pages.ts';

/** As `liveCloseCodes.sessionOver` in src/live/wire.ts. */
const SESSION_OVER = 4401;
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 60_000;

/** Until it is disposed of; a connection that breaks is made anew, after a while that grows. */
export function followLive(queries: QueryClient): Disposable {
  let socket: WebSocket | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let failures = 0;
  let stopped = false;

  const connect = (): void => {
    timer = undefined;
    if (stopped || sessionEnded.get()) return;
    const opened = new WebSocket(new URL('/api/v1/live', location.href.replace(/^http/, 'ws')));
    socket = opened;
    opened.addEventListener('message', ({ data }) => {
      const message = JSON.parse(String(data)) as LiveMessage;
      // What happened while nobody listened was told to nobody.
      if (message.type === 'ready' && failures > 0) {
        lookAgainWhereShort(queries);
        reconnections.set((count) => count + 1);
      }
      if (message.type === 'ready') failures = 0;
      act(queries, message);
    });
    opened.addEventListener('close', ({ code }) => {
      if (stopped || socket !== opened) return;
      // Asking tells whether it is over, and then the log-in form is shown.
      if (code === SESSION_OVER && !changingSession.get()) void request('GET', '/account').catch(() => undefined);
      failures += 1;
      timer = setTimeout(connect, waitMs(failures));
    });
  };
  const unsubscribe = sessionEnded.subscribe(() => {
    if (sessionEnded.get() || timer !== undefined) return;
    if (socket === undefined || socket.readyState === WebSocket.CLOSED) connect();
  });

  connect();
  return {
    [Symbol.dispose]() {
      stopped = true;
      unsubscribe();
      clearTimeout(timer);
      socket?.close();
    },
  };
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
    case 'resync':
      lookAgainWhereShort(queries);
      again('notices');
      again('drives');
      again('usage');
      return;
    case 'ready':
    case 'pong':
  }
}
