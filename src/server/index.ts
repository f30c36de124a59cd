/**
 * The HTTP edge: sockets, who may speak, who is asking, problems, limits, shutdown, and the description of the
 * interface. It knows no product words; routes live in `src/<feature>/routes.ts` and are handed in.
 */
export { openHttpServer, type HttpServer, type HttpServerOptions } from './http-server.ts';
export { openTcpListeners, type TcpListeners, type TcpListenOptions, type TcpWay } from './sockets/tcp-listeners.ts';
export { openRedirect, type Redirect } from './sockets/redirect.ts';
export { reachableHosts, reachableUrls } from './sockets/reachable.ts';
export { signUpIsOpenTo } from './app.ts';
export type { ReadinessPart } from './health.ts';
export { requireRole } from './access/required-role.ts';
export { serverErrors } from './errors.ts';
export { serverSettings } from './settings.ts';
