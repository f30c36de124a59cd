/** `/healthz`: the process runs. `/readyz`: it can do its work. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Clock } from '../base/clock.ts';
import { serverErrors } from './errors.ts';
import { sendProblem } from './problems.ts';

export interface ReadinessPart {
  /** `records`, `objects`, `second copies`, `disk`. */
  readonly part: string;
  readonly ok: boolean;
  /** False: the server does its work without it. */
  readonly needed?: boolean;
  /** What is wrong, for the one who runs the server. */
  readonly problem?: string;
}

export interface HealthOptions {
  readonly readiness: () => Promise<readonly ReadinessPart[]>;
  readonly version: string;
  readonly clock: Clock;
  /** Whether this caller may see more than the status. */
  readonly maySeeDetails: (request: FastifyRequest) => boolean;
}

/** Anybody may ask, so the stores are asked at most once in this time. */
const REMEMBER_MS = 1000;

export function addHealth(app: FastifyInstance, { readiness, version, clock, maySeeDetails }: HealthOptions): void {
  const config = { access: 'public', anyHost: true } as const;
  const startedAtMs = clock();

  app.get('/healthz', { config, schema: { hide: true } }, async (request) => ({
    status: 'ok',
    ...(maySeeDetails(request) ? { version, upMs: clock() - startedAtMs } : {}),
  }));

  let last: { readonly atMs: number; readonly parts: Promise<readonly ReadinessPart[]> } | undefined;
  app.get('/readyz', { config, schema: { hide: true } }, async (request, reply) => {
    const now = clock();
    if (!last || Math.abs(now - last.atMs) >= REMEMBER_MS) last = { atMs: now, parts: readiness() };
    const parts = await last.parts;
    const details = maySeeDetails(request) ? { parts } : {};
    if (parts.every((part) => part.ok || part.needed === false)) return { status: 'ready', ...details };
    return sendProblem(reply, serverErrors('not_ready', { extra: details }));
  });
}
