/** What comes over a socket and is no HTTP request: random bytes, a TLS hello, half a request. */
import type { Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { serverErrors } from '../errors.ts';

/** Whether an answer has begun on this socket, so that a second status line would corrupt it. */
export type AnswerBegan = (socket: Duplex) => boolean;

/** Unread input would turn the close into a reset and lose the answer; so the socket lives this much longer. */
const LINGER_MS = 500;

/** Answers 400 (431 for headers too large) and closes. */
export function refuseBrokenRequests(server: Server, answerBegan: AnswerBegan): void {
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    if (!socket.writable || error.code === 'ECONNRESET' || answerBegan(socket)) {
      socket.destroy();
      return;
    }
    const tooLarge = error.code === 'HPE_HEADER_OVERFLOW' || error.code === 'HPE_CHUNK_EXTENSIONS_OVERFLOW';
    const { code, status, title, remedy } = serverErrors(tooLarge ? 'request_headers_too_large' : 'request_malformed');
    const body = JSON.stringify({ type: `/api/docs#${code}`, title, status, code, remedy });
    socket.on('error', () => socket.destroy());
    socket.end(
      `HTTP/1.1 ${status} ${tooLarge ? 'Request Header Fields Too Large' : 'Bad Request'}\r\n` +
        'Connection: close\r\nContent-Type: application/problem+json\r\nX-Content-Type-Options: nosniff\r\n' +
        `Cache-Control: no-store\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
    );
    socket.resume();
    setTimeout(() => socket.destroy(), LINGER_MS).unref();
  });
}
