/** Listening on an address or several with one port, whatever is served there. */
import type { Server as HttpServer } from 'node:http';
import type { AddressInfo, ListenOptions, Server } from 'node:net';
import { hostInUrl, plainAddress } from '../../base/http/addresses.ts';
import type { Log } from '../../base/log.ts';
import { serverErrors } from '../errors.ts';

export interface ListenPlace {
  /** `null`: 127.0.0.1 and ::1, of which the second may be lacking. */
  readonly hosts: readonly string[] | null;
  /** 0: any free port, the same on every address. */
  readonly port: number;
  /** Sockets that whoever started us opened before (systemd's socket activation), in place of addresses of our own. */
  readonly opened?: readonly number[];
  readonly log: Log;
  /** What to do when the port is taken or may not be opened. */
  readonly otherPort: (port: number) => string;
}

export interface Listening<Kind extends Server> {
  readonly servers: readonly Kind[];
  readonly addresses: readonly { readonly host: string; readonly port: number }[];
}

const LOOPBACK = ['127.0.0.1', '::1'];
const FREE_PORT_ATTEMPTS = 10;

/**
 * Makes a server for each address and has it listen. Throws what `make` throws, `port_taken`, `port_denied`,
 * `address_not_available`, `socket_unusable`; then nothing is left open.
 */
export async function listenOn<Kind extends Server>(
  make: (host: string) => Kind,
  place: ListenPlace,
): Promise<Listening<Kind>> {
  if (place.opened) return await listenOnOpened(make, place.opened);
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await listenOnce(make, place);
    } catch (error) {
      // A free port on the first address may be taken on the second.
      const again = place.port === 0 && (error as { code?: string }).code === 'port_taken';
      if (!again || attempt === FREE_PORT_ATTEMPTS) throw error;
    }
  }
}

async function listenOnOpened<Kind extends Server>(
  make: (host: string) => Kind,
  descriptors: readonly number[],
): Promise<Listening<Kind>> {
  const servers: Kind[] = [];
  const addresses: { host: string; port: number }[] = [];
  for (const fd of descriptors) {
    const server = make('');
    const error = await listen(server, { fd });
    const address = error ? null : server.address();
    if (address !== null && typeof address === 'object') {
      servers.push(server);
      addresses.push({ host: plainAddress(address.address), port: address.port });
      continue;
    }
    for (const each of [...servers, server]) each.close();
    const detail = error ? (error.code ?? error.message) : 'it is no TCP socket';
    throw serverErrors('socket_unusable', { attempted: `Listen on descriptor ${fd}`, detail, cause: error });
  }
  return { servers, addresses };
}

async function listenOnce<Kind extends Server>(
  make: (host: string) => Kind,
  { hosts, port: wanted, log, otherPort }: ListenPlace,
): Promise<Listening<Kind>> {
  const servers: Kind[] = [];
  const addresses: { host: string; port: number }[] = [];
  try {
    for (const host of hosts ?? LOOPBACK) {
      const server = make(host);
      const port = addresses[0]?.port ?? wanted;
      const error = await listen(server, { host, port, exclusive: true });
      if (error && hosts === null && addresses.length > 0 && isMissingAddress(error)) {
        log.info({ host }, 'This machine has no IPv6 loopback address; listening on 127.0.0.1 alone');
        continue;
      }
      if (error) throw listenError(error, host, port, otherPort(port));
      servers.push(server);
      addresses.push({ host, port: (server.address() as AddressInfo).port });
    }
  } catch (error) {
    for (const server of servers) {
      server.close();
      // Whoever came in the moment between.
      if (isHttp(server)) server.closeAllConnections();
    }
    throw error;
  }
  return { servers, addresses };
}

function isHttp(server: Server): server is HttpServer {
  return 'closeAllConnections' in server;
}

/** Resolves with the error, if there was one. */
function listen(server: Server, place: ListenOptions | { readonly fd: number }): Promise<NodeJS.ErrnoException | null> {
  return new Promise((resolve) => {
    server.once('error', resolve);
    server.listen(place, () => {
      server.off('error', resolve);
      resolve(null);
    });
  });
}

function isMissingAddress(error: NodeJS.ErrnoException): boolean {
  return error.code === 'EADDRNOTAVAIL' || error.code === 'EAFNOSUPPORT' || error.code === 'EINVAL';
}

function listenError(cause: NodeJS.ErrnoException, host: string, port: number, otherPort: string): Error {
  const attempted = `Listen on ${hostInUrl(host)}:${port}`;
  if (cause.code === 'EADDRINUSE') {
    const remedy = `Stop the program that uses port ${port}, or choose another one: ${otherPort}`;
    return serverErrors('port_taken', { attempted, remedy, extra: { port }, cause });
  }
  if (cause.code === 'EACCES') return serverErrors('port_denied', { attempted, extra: { port }, cause });
  return serverErrors('address_not_available', { attempted, detail: cause.code ?? 'unknown address', cause });
}
