/** Connections to hosts that somebody set up. */
import { once } from 'node:events';
import { connect as connectTcp, isIP, type LookupFunction, type Socket } from 'node:net';
import { tlsOnUse } from '../../base/http/node-http.ts';

export interface Endpoint {
  /** A name, or an address without brackets. */
  readonly host: string;
  readonly port: number;
  /** `null`: plain TCP. Otherwise TLS 1.2 or newer; `ca` is PEM, `null`: the authorities that Node trusts. */
  readonly tls: { readonly ca: string | null } | null;
  /** In the place of the system's way from names to addresses. */
  readonly lookup?: LookupFunction;
}

/** Resolves once the other side is reached and, with TLS, known. The signal destroys the connection, later too. */
export async function connected({ host, port, tls, lookup }: Endpoint, signal: AbortSignal): Promise<Socket> {
  const place = { host, port, ...(lookup ? { lookup } : {}) };
  const socket = tls
    ? tlsOnUse().connect({
        ...place,
        ...(isIP(host) === 0 ? { servername: host } : {}),
        ...(tls.ca === null ? {} : { ca: tls.ca }),
        minVersion: 'TLSv1.2',
      })
    : connectTcp(place);
  // One that breaks between two waits has it in `errored`; unheard it would end the process.
  socket.on('error', () => undefined);
  const end = (): void => void socket.destroy(signal.reason as Error);
  signal.addEventListener('abort', end, { once: true });
  socket.once('close', () => signal.removeEventListener('abort', end));
  if (signal.aborted) end();
  await once(socket, tls ? 'secureConnect' : 'connect');
  return socket;
}
