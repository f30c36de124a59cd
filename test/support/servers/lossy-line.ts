/** A line to a server that can be cut, and that can lose the answer to a request that the server has acted on. */
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

export interface LossyLine extends AsyncDisposable {
  readonly url: string;
  /** Where it leads; `null`: it is cut. */
  leadTo(port: number | null): void;
  /** The next answer to such a request gets lost, with its connection. Resolves when it is. */
  loseAnswerTo(request: RegExp): Promise<void>;
  /** First lines of the requests that went through. */
  readonly requests: readonly string[];
}

export async function lossyLine(port: number | null): Promise<LossyLine> {
  const requests: string[] = [];
  const sockets = new Set<Socket>();
  let target = port;
  let losing: { readonly request: RegExp; readonly lost: () => void } | null = null;
  const line = createServer((client) => {
    sockets.add(client);
    client.on('error', () => client.destroy()).on('close', () => sockets.delete(client));
    if (target === null) return void client.destroy();
    const server = connect(target, '127.0.0.1');
    let last = '';
    const end = (): void => {
      client.destroy();
      server.destroy();
    };
    client.on('data', (bytes) => {
      const [first] = /^(?:GET|POST|PUT) \S+/.exec(bytes.toString('latin1')) ?? [];
      if (first !== undefined) requests.push((last = first));
      server.write(bytes);
    });
    client.on('close', end);
    server.on('data', (bytes) => {
      if (!losing?.request.test(last)) return void client.write(bytes);
      const { lost } = losing;
      losing = null;
      end();
      lost();
    });
    server.on('close', end).on('error', end);
  });
  line.listen(0, '127.0.0.1');
  await once(line, 'listening');
  const address = line.address();
  return {
    url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`,
    requests,
    leadTo(next) {
      target = next;
      if (next === null) for (const socket of sockets) socket.destroy();
    },
    loseAnswerTo: (request) => new Promise((lost) => (losing = { request, lost })),
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      line.close();
      await once(line, 'close');
    },
  };
}
