/** `/metrics`: figures for Prometheus, to programs on this machine and to whoever has the token for it. */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Clock } from '../../base/clock.ts';
import { type MetricFamily, METRICS_TYPE, metricsText } from '../../base/formats/metrics.ts';
import { serverErrors } from '../errors.ts';
import { addRequestMetrics } from './request-metrics.ts';

export interface MetricsOptions {
  /** What is known beside requests. Never rejects. */
  readonly metrics: () => Promise<readonly MetricFamily[]>;
  /** Whoever brings it may read from elsewhere; `null`: nobody may. */
  readonly metricsToken: string | null;
  readonly clock: Clock;
  /** A program on this machine, no proxy between. */
  readonly isLocal: (request: FastifyRequest) => boolean;
}

/** Some figures take a walk through the records, and several may ask. */
const REMEMBER_MS = 5000;

export function addMetrics(app: FastifyInstance, { metrics, metricsToken, clock, isLocal }: MetricsOptions): void {
  const requests = addRequestMetrics(app);
  const expected = metricsToken === null ? null : digest(metricsToken);
  let last: { readonly atMs: number; readonly families: Promise<readonly MetricFamily[]> } | undefined;
  app.get('/metrics', { config: { access: 'public' }, schema: { hide: true } }, async (request, reply) => {
    if (!isLocal(request) && !hasToken(request, expected)) throw serverErrors('metrics_refused');
    const now = clock();
    if (!last || Math.abs(now - last.atMs) >= REMEMBER_MS) last = { atMs: now, families: metrics() };
    reply.type(METRICS_TYPE);
    return metricsText([...requests.families(), ...(await last.families)]);
  });
}

function hasToken({ headers }: FastifyRequest, expected: Buffer | null): boolean {
  const given = /^Bearer +(\S{1,512})$/i.exec(headers.authorization ?? '')?.[1];
  return given !== undefined && expected !== null && timingSafeEqual(digest(given), expected);
}

/** Of one length, so that comparing tells nothing. */
function digest(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
