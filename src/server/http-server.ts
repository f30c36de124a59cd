/** The HTTP server: the application of app.ts behind the sockets of listeners.ts, and their orderly end. */
import { type AppOptions, openApp } from './app.ts';
import { type ListenOptions, openListeners } from './sockets/listeners.ts';
import type { ServedRoute } from './requests/methods.ts';
import { reachableUrls } from './sockets/reachable.ts';
import { openWebSockets } from './sockets/web-sockets.ts';

export interface HttpServerOptions
  extends
    Omit<AppOptions, 'origin' | 'stopping' | 'webSockets'>,
    Pick<ListenOptions, 'hosts' | 'port' | 'opened' | 'tls'> {}

export interface HttpServer extends AsyncDisposable {
  /** One URL per address, `http://localhost:8080` for loopback; the first is the one to tell people. */
  readonly addresses: readonly string[];
  readonly port: number;
  /** Everything it answers to. */
  readonly routes: readonly ServedRoute[];
  /** How many connections are open now. */
  connections(): { readonly http: number; readonly webSocket: number };
  /** Stops accepting, lets running requests finish, closes. May be called again. */
  close(): Promise<void>;
}

/** Listens when it resolves. Throws the codes of {@link openListeners}; then nothing is left open. */
export async function openHttpServer(options: HttpServerOptions): Promise<HttpServer> {
  const stopping = new AbortController();
  let origin = '';
  const webSockets = openWebSockets(options.settings);
  const app = await openApp({ ...options, origin: () => origin, stopping: stopping.signal, webSockets });
  const listeners = await openListeners(app.handler, { ...options, webSockets }).catch(async (error: unknown) => {
    await app[Symbol.asyncDispose]();
    throw error;
  });
  const scheme = options.tls ? 'https' : 'http';
  const addresses = [
    ...(options.edge.publicUrl ? [options.edge.publicUrl.origin] : []),
    ...reachableUrls(scheme, listeners.addresses),
  ];
  origin = addresses[0] ?? '';

  const stop = async (): Promise<void> => {
    stopping.abort();
    await Promise.all([webSockets.close(options.settings.shutdownTimeoutMs), listeners.close()]);
    await app[Symbol.asyncDispose]();
  };
  let stopped: Promise<void> | undefined;
  const close = (): Promise<void> => (stopped ??= stop());
  return {
    addresses,
    port: listeners.port,
    routes: app.routes,
    connections: () => ({ http: listeners.count(), webSocket: webSockets.count() }),
    close,
    [Symbol.asyncDispose]: close,
  };
}
