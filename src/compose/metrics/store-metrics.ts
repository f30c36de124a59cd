import type { MetricFamily, MetricSample } from '../../base/formats/metrics.ts';
import type { StoreName } from '../stores/known-stores.ts';
import type { StoreFigures } from '../stores/open-stores.ts';

export type MeteredStores = { readonly [Name in StoreName]: (() => StoreFigures) | null };

/** Calls to buckets; a folder is not metered, its figures are those of its disk. */
export function storeFamilies(stores: MeteredStores): readonly MetricFamily[] {
  const all = Object.entries(stores).flatMap(([store, figures]) =>
    Object.entries(figures?.() ?? {}).map(([operation, of]) => ({ labels: { store, operation }, of })),
  );
  const family = (name: string, help: string, of: (each: (typeof all)[number]) => MetricSample[]): MetricFamily => ({
    ...{ name, type: 'counter', help },
    samples: all.flatMap(of),
  });
  return [
    family('holdfast_store_calls_total', 'Calls to a store of objects.', ({ labels, of }) => [
      { labels, value: of.calls },
    ]),
    family('holdfast_store_failures_total', 'Calls that failed, by the code of the error.', ({ labels, of }) =>
      Object.entries(of.failures).map(([code, value]) => ({ labels: { ...labels, code }, value })),
    ),
    family('holdfast_store_seconds_total', 'Time until the store answered.', ({ labels, of }) => [
      { labels, value: of.totalMs / 1000 },
    ]),
    family('holdfast_store_bytes_total', 'Bytes sent to a store or received from it.', ({ labels, of }) => [
      { labels, value: of.bytes },
    ]),
  ];
}
