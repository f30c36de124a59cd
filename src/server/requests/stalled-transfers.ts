/**
 * Ends transfers whose other side went away without a word. There is no limit on the whole of an upload or download,
 * only on standing still.
 */
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** The exchange that runs on a socket now; the server keeps it as requests begin and end. */
export type RunningExchange = (socket: Socket) => readonly [IncomingMessage, ServerResponse] | undefined;

export function endStalledTransfers(server: Server, running: RunningExchange, timeoutMs: number): void {
  server.setTimeout(timeoutMs, (socket: Socket) => {
    const exchange = running(socket);
    if (!exchange) {
      socket.destroy();
      return;
    }
    const [request, response] = exchange;
    // Bytes that wait here unread mean that we are the slow side, as does an answer that has not been begun.
    const clientStoppedSending = !request.complete && request.readableLength === 0;
    const clientStoppedReading = response.headersSent && (response.writableLength > 0 || socket.writableLength > 0);
    if (clientStoppedSending || clientStoppedReading) socket.destroy();
  });
}
