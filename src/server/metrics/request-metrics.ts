import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { MetricFamily, MetricSample } from '../../base/formats/metrics.ts';

export interface RequestMetrics {
  families(): readonly MetricFamily[];
}

/** Upper ends in seconds: from a small answer to a long upload. */
const BUCKETS = [0.005, 0.025, 0.1, 0.5, 2.5, 10, 60] as const;

interface Series {
  readonly method: string;
  readonly route: string;
  readonly byStatus: Map<number, number>;
  readonly buckets: number[];
  count: number;
  seconds: number;
}

/** Counts every answer by the pattern of its route, never by its address, of which there is no end. */
export function addRequestMetrics(app: FastifyInstance): RequestMetrics {
  const all = new Map<string, Series>();
  app.addHook('onResponse', (request, reply, done) => {
    const series = seriesOf(all, request);
    const seconds = reply.elapsedTime / 1000;
    series.byStatus.set(reply.statusCode, (series.byStatus.get(reply.statusCode) ?? 0) + 1);
    series.count += 1;
    series.seconds += seconds;
    const bucket = BUCKETS.findIndex((end) => seconds <= end);
    if (bucket >= 0) series.buckets[bucket] = (series.buckets[bucket] ?? 0) + 1;
    done();
  });
  return {
    families: () => [
      {
        name: 'holdfast_http_requests_total',
        type: 'counter',
        help: 'Answers since the start, by the pattern of the route.',
        samples: [...all.values()].flatMap(({ method, route, byStatus }) =>
          [...byStatus].map(([status, value]) => ({ labels: { method, route, status: String(status) }, value })),
        ),
      },
      {
        name: 'holdfast_http_request_duration_seconds',
        type: 'histogram',
        help: 'Until the whole of an answer was sent, uploads and downloads included.',
        samples: [...all.values()].flatMap(histogram),
      },
    ],
  };
}

/** A method that no route takes comes without a route, so that a stranger makes no series. */
function seriesOf(all: Map<string, Series>, request: FastifyRequest): Series {
  const route = request.is404 ? 'none' : (request.routeOptions.url ?? 'none');
  const method = route === 'none' ? 'any' : request.method;
  const name = `${method} ${route}`;
  const known = all.get(name);
  if (known) return known;
  const made = {
    method,
    route,
    byStatus: new Map<number, number>(),
    buckets: BUCKETS.map(() => 0),
    count: 0,
    seconds: 0,
  };
  all.set(name, made);
  return made;
}

function histogram({ method, route, buckets, count, seconds }: Series): MetricSample[] {
  const labels = { method, route };
  let below = 0;
  const counted = BUCKETS.map((end, index) => {
    below += buckets[index] ?? 0;
    return { suffix: '_bucket', labels: { ...labels, le: String(end) }, value: below };
  });
  return [
    ...counted,
    { suffix: '_bucket', labels: { ...labels, le: '+Inf' }, value: count },
    { suffix: '_sum', labels, value: seconds },
    { suffix: '_count', labels, value: count },
  ];
}
