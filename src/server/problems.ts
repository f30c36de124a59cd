/** Errors become RFC 9457 problems here and nowhere else. */
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { errorFacts } from '../base/error-facts.ts';
import { HoldfastError } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import { usesBasic } from './access/credentials.ts';
import { serverErrors } from './errors.ts';

/** Only for programs that came with Basic: a browser would ask its person for a password that is not taken here. */
const BASIC_CHALLENGE = 'Basic realm="Holdfast", charset="UTF-8"';

/** The body of a refused request: RFC 9457 members, then ours. */
function problemOf(error: HoldfastError): Record<string, unknown> {
  return {
    ...error.extra,
    type: `/api/docs#${error.code}`,
    title: error.title,
    status: error.status,
    ...(error.detail === undefined ? {} : { detail: error.detail }),
    code: error.code,
    ...(error.attempted === undefined ? {} : { attempted: error.attempted }),
    remedy: error.remedy,
  };
}

/** Sent as bytes: the framework would add a charset, which this media type does not have. */
export function sendProblem(reply: FastifyReply, error: HoldfastError): FastifyReply {
  const body = Buffer.from(JSON.stringify(problemOf(error)));
  return reply.code(error.status).header('Content-Type', 'application/problem+json').send(body);
}

/** Fastify's error handler. What is not one of our errors tells the caller a reference and nothing else. */
export function problemHandler(log: Log) {
  return (thrown: unknown, request: FastifyRequest, reply: FastifyReply): void => {
    const error = known(thrown) ?? internal(thrown, request, log);
    const wait = error.extra['retryAfterMs'];
    if (error.status >= 500 && error.code !== 'internal_error') {
      // Who is asked to come back in a moment found nothing broken; in a flood such lines would be one as well.
      const level = typeof wait === 'number' ? 'debug' : 'error';
      log[level]({ requestId: request.id, code: error.code, ...errorFacts(error.cause) }, error.title);
    }
    if (error.status === 401) reply.header('WWW-Authenticate', usesBasic(request) ? BASIC_CHALLENGE : 'Bearer');
    if (typeof wait === 'number') reply.header('Retry-After', Math.max(1, Math.ceil(wait / 1000)));
    sendProblem(reply.header('Cache-Control', 'no-store'), error);
  };
}

/** Our own errors as they are; the framework's own refusals of a request under our codes. */
function known(thrown: unknown): HoldfastError | null {
  if (thrown instanceof HoldfastError) return thrown;
  const { code, statusCode, validation } = (thrown ?? {}) as Partial<FastifyError>;
  if (validation) return serverErrors('request_invalid', { cause: thrown });
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') return serverErrors('request_body_too_large', { cause: thrown });
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') return serverErrors('media_type_not_supported', { cause: thrown });
  if (code === 'FST_ERR_BAD_URL' || code === 'FST_ERR_MAX_PARAM_LENGTH') {
    return serverErrors('route_not_found', { cause: thrown });
  }
  if (code?.startsWith('FST_') && statusCode !== undefined && statusCode < 500) {
    return serverErrors('request_malformed', { cause: thrown });
  }
  if (code?.startsWith('Z_') && statusCode === 400) {
    return serverErrors('request_malformed', { detail: 'the body is not packed as it says', cause: thrown });
  }
  if (thrown instanceof SyntaxError && statusCode === 400) {
    return serverErrors('request_malformed', { detail: 'the body is not JSON', cause: thrown });
  }
  return null;
}

function internal(thrown: unknown, request: FastifyRequest, log: Log): HoldfastError {
  const where = { requestId: request.id, method: request.method, route: request.routeOptions.url };
  log.error({ ...where, ...errorFacts(thrown) }, 'A request failed in a way nobody foresaw');
  return serverErrors('internal_error', {
    detail: `reference ${request.id}`,
    extra: { reference: request.id },
    cause: thrown,
  });
}
