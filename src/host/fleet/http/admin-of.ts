import type { FastifyRequest } from 'fastify';
import type { FleetAdmin } from '../fleet-deps.ts';

/** Which admin asks. */
export type AdminOf = (request: FastifyRequest) => FleetAdmin;
