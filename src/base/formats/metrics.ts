/** Figures for a monitoring system, and the text that Prometheus reads them from (exposition format 0.0.4). */

export interface MetricFamily {
  /** `holdfast_http_requests_total`: in base units (seconds, bytes); a counter ends in `_total`. */
  readonly name: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  /** One sentence. */
  readonly help: string;
  readonly samples: readonly MetricSample[];
}

export interface MetricSample {
  /** Behind the name, for the parts of a histogram: `_bucket`, `_sum`, `_count`. */
  readonly suffix?: string;
  /** Few values each, and never a name or an id of a person or of anything of theirs: every value is a series of its own. */
  readonly labels?: Readonly<Record<string, string>>;
  readonly value: number;
}

export const METRICS_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

export function metricsText(families: readonly MetricFamily[]): string {
  const lines = families.flatMap(({ name, type, help, samples }) =>
    samples.length === 0
      ? []
      : [
          `# HELP ${name} ${help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')}`,
          `# TYPE ${name} ${type}`,
          ...samples.map(
            ({ suffix = '', labels, value }) => `${name}${suffix}${labelText(labels)} ${numberText(value)}`,
          ),
        ],
  );
  return `${lines.join('\n')}\n`;
}

/** A family of one value. */
export function gauge(name: string, help: string, value: number): MetricFamily {
  return { name, type: 'gauge', help, samples: [{ value }] };
}

function labelText(labels: MetricSample['labels']): string {
  const all = Object.entries(labels ?? {});
  return all.length === 0 ? '' : `{${all.map(([name, value]) => `${name}="${escaped(value)}"`).join(',')}}`;
}

function escaped(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}

function numberText(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (Number.isFinite(value)) return String(value);
  return value > 0 ? '+Inf' : '-Inf';
}
