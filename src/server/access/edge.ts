/**
 * Who may speak to this server at all, before anybody asks who they are. Holding the Host header against a list is what
 * keeps a page of a stranger from reaching a loopback server under a name of its own (DNS rebinding); holding Origin
 * keeps it from writing.
 */
import type { FastifyRequest } from 'fastify';
import { hostInUrl, isLoopback, type Networks, parseHost, plainAddress } from '../../base/http/addresses.ts';
import { serverErrors } from '../errors.ts';

export interface EdgeRules {
  /** Where people reach the server, when that is not this machine's own loopback. */
  readonly publicUrl: URL | null;
  readonly trustedProxies: Networks;
  readonly insecureHttp: boolean;
  readonly maxHeaders: number;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** For probes of load balancers, which know no host name: the Host header is not looked at. */
    anyHost?: boolean;
  }
}

/** Throws the refusal, or returns. */
export function checkEdge(request: FastifyRequest, rules: EdgeRules): void {
  if (request.raw.rawHeaders.length / 2 > rules.maxHeaders) throw serverErrors('request_headers_too_large');
  if (request.routeOptions.config?.anyHost === true) return;
  if (!isPrivateChannel(request, rules)) throw serverErrors('plain_request_refused');
  if (!isHostAllowed(request, rules)) throw serverErrors('host_not_allowed');
  checkOrigin(request, rules);
}

/** TLS, this machine, or a proxy that was told to be trusted. */
function isPrivateChannel(request: FastifyRequest, rules: EdgeRules): boolean {
  const { socket } = request.raw;
  return (
    'encrypted' in socket || rules.insecureHttp || isLoopback(socket.remoteAddress ?? '') || fromProxy(request, rules)
  );
}

/** Where a password may be sent with every request: over TLS, up to a trusted proxy too, or within this machine. */
export function isEncryptedOrLocal(request: FastifyRequest): boolean {
  const local = isLoopback(request.raw.socket.remoteAddress ?? '') && !isForwarded(request);
  return request.protocol === 'https' || local;
}

function fromProxy(request: FastifyRequest, rules: EdgeRules): boolean {
  return rules.trustedProxies(request.raw.socket.remoteAddress);
}

/**
 * `publicUrl`'s host, the loopback names, and the very address that was dialled; the port is not looked at, because
 * tunnels and containers change it and rebinding cannot profit from it.
 */
export function isHostAllowed(request: FastifyRequest, rules: EdgeRules): boolean {
  // Fastify takes X-Forwarded-Host from trusted proxies alone.
  const given = parseHost(request.host);
  if (!given) return false;
  if (isLoopbackName(given.host)) return true;
  if (rules.publicUrl && given.host === parseHost(rules.publicUrl.host)?.host) return true;
  // A page can be made to find us under its own name, never under a bare address.
  return given.host === plainAddress(request.raw.socket.localAddress ?? '') && !fromProxy(request, rules);
}

function isLoopbackName(host: string): boolean {
  return host === 'localhost' || host === '127.0.0.1' || host === '::1';
}

function checkOrigin(request: FastifyRequest, rules: EdgeRules): void {
  const { origin, cookie } = request.headers;
  const site = request.headers['sec-fetch-site'];
  // What is upgraded can be written to, and no browser keeps a page from trying that across sites.
  const unsafe = !['GET', 'HEAD', 'OPTIONS'].includes(request.method) || request.headers.upgrade !== undefined;
  if (origin !== undefined) {
    if (!isOwnOrigin(origin, request, rules)) throw serverErrors('origin_not_allowed');
    return;
  }
  if (!unsafe) return;
  // Browsers set it themselves; pages cannot forge it (https://www.w3.org/TR/fetch-metadata/).
  if (site !== undefined && site !== 'same-origin' && site !== 'none') throw serverErrors('origin_not_allowed');
  if (cookie !== undefined && site === undefined) throw serverErrors('origin_missing');
}

function isOwnOrigin(origin: string, request: FastifyRequest, rules: EdgeRules): boolean {
  if (rules.publicUrl?.origin === origin) return true;
  const own = parseHost(request.host);
  if (!own) return false;
  const authority = own.port === null ? hostInUrl(own.host) : `${hostInUrl(own.host)}:${own.port}`;
  // URL drops a standard port, as browsers do in Origin.
  return URL.parse(`${request.protocol}://${authority}`)?.origin === origin;
}

/** Health details are for the machine itself and for trusted proxies, not for whoever finds the port. */
export function maySeeDetails(request: FastifyRequest, rules: EdgeRules): boolean {
  if (fromProxy(request, rules)) return true;
  return isLoopback(request.raw.socket.remoteAddress ?? '') && !isForwarded(request) && isHostAllowed(request, rules);
}

/** True when the request came straight from a program on this machine, through no proxy, to a server that has no public address. */
export function isLocalRequest(request: FastifyRequest, rules: EdgeRules): boolean {
  const host = parseHost(request.headers.host ?? '');
  return (
    rules.publicUrl === null &&
    isLoopback(request.raw.socket.remoteAddress ?? '') &&
    host !== null &&
    isLoopbackName(host.host) &&
    !isForwarded(request)
  );
}

/** What proxies say of whom they speak for (RFC 7239, RFC 9110 section 7.6.3), and what common ones send in its place. */
const PROXY_HEADERS = new Set([
  'forwarded',
  'via',
  'x-real-ip',
  'x-client-ip',
  'x-cluster-client-ip',
  'x-original-forwarded-for',
  'true-client-ip',
  'cf-connecting-ip',
  'cf-ray',
  'fastly-client-ip',
  'fly-client-ip',
  'cdn-loop',
]);

/** Whether somebody else may stand behind this connection. */
function isForwarded({ raw, headers }: FastifyRequest): boolean {
  // No program of today asks in HTTP/1.0, but a proxy with nothing set does, and it tells nothing of its caller.
  if (raw.httpVersionMajor === 1 && raw.httpVersionMinor === 0) return true;
  return Object.keys(headers).some((name) => PROXY_HEADERS.has(name) || name.startsWith('x-forwarded'));
}
