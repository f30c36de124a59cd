import type { FastifyRequest } from 'fastify';
import type { Role } from '../../accounts/index.ts';
import { defaultAccess } from '../../base/http/access.ts';
import { serverErrors } from '../errors.ts';

/** What a route asks of the role of its callers. Throws `members_only`, `admin_only`. */
export function requireRole({ routeOptions }: Pick<FastifyRequest, 'routeOptions'>, role: Role | undefined): void {
  const access = routeOptions.config.access ?? defaultAccess;
  if (access === 'member' && role === 'guest') throw serverErrors('members_only');
  if (access === 'admin' && role !== 'admin') throw serverErrors('admin_only');
}
