import type { ServerResponse } from 'node:http';

/**
 * Stands on every answer before any handler runs, refusals included; a route may tighten or widen it for its own reply.
 * `no-store` is the default because most answers carry names or keys of somebody.
 */
export function setSecurityHeaders(response: ServerResponse, overTls: boolean): void {
  response.setHeader('X-Content-Type-Options', 'nosniff');
  response.setHeader('Content-Security-Policy', "default-src 'none'; frame-ancestors 'none'");
  response.setHeader('X-Frame-Options', 'DENY');
  response.setHeader('Referrer-Policy', 'no-referrer');
  response.setHeader('Cross-Origin-Resource-Policy', 'same-origin');
  response.setHeader('Cache-Control', 'no-store');
  // One year (RFC 6797); only where the browser itself arrived by TLS, else it would be ignored or lock people out.
  if (overTls) response.setHeader('Strict-Transport-Security', 'max-age=31536000');
}
