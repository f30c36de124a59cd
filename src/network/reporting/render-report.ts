import { escapeHtml as text } from '../../base/formats/html.ts';
import { count, formatBytes, formatTime } from '../../base/text/quantities.ts';
import { barChart, observedView, render, type Format } from '../../findings/index.ts';
import type { FlowStore, RangeQuery, Talker, TimelinePoint } from '../store/flow-store.ts';
import { gatherReport, reportObservations, type NetworkReport } from './network-report.ts';
import { SOURCE } from './report-notices.ts';

interface Made {
  readonly atMs: number;
  readonly version: string;
}

/** The report in a format of findings; as HTML it opens with what crossed the wire and ends with what is likely next. */
export function renderReport(report: NetworkReport, format: Format, made: Made): AsyncGenerator<string> {
  const views = reportObservations(report).map((each) =>
    observedView(each, new Map(), { source: SOURCE, atMs: made.atMs }),
  );
  return render(fromArray(views), format, made, {
    title: 'Network',
    sentence: sentenceOf(report),
    section: `<section class="charts">${traffic(report.timeline)}${talkers('Most bytes, by address', report.talkers)}${talkers('Most bytes, by service', report.services)}${talkers('Most bytes, by port', report.ports)}</section>
${coverage(report)}`,
    closing: next(report),
  });
}

/** The whole page, for a server that shows it. */
export async function networkReport(store: FlowStore, range: RangeQuery, made: Made): Promise<string> {
  let page = '';
  for await (const piece of renderReport(await gatherReport(store, range), 'html', made)) page += piece;
  return page;
}

/** Without anybody who watched it is no good news that there was nothing. */
export function sentenceOf({ timeline, range, alerts, sensors, isWhole }: NetworkReport): string {
  const flows = timeline.reduce((sum, point) => sum + point.flows, 0);
  const bytes = timeline.reduce((sum, point) => sum + point.bytes, 0);
  const from = `${formatTime(range.from * 1000)} to ${formatTime(range.to * 1000)}`;
  if (sensors.length === 0 && flows === 0) return `Nobody watched, ${from}: nothing is known of this time.`;
  return `${count(flows, 'flow')} with ${formatBytes(bytes)}, ${from}, and ${isWhole ? '' : 'more than '}${count(alerts.length, 'alert')}.`;
}

function traffic(timeline: readonly TimelinePoint[]): string {
  const rows = timeline.map(({ ts, bytes, notices }) => ({
    label: new Date(ts * 1000).toISOString().slice(5, 16).replace('T', ' '),
    parts: [{ kind: notices > 0 ? 'medium' : 'info', value: Math.round(bytes / 2 ** 20), label: 'MiB' }],
  }));
  return barChart('MiB over time (amber: with alerts)', rows);
}

function talkers(title: string, rows: readonly Talker[]): string {
  if (rows.length === 0) return '';
  return barChart(
    `${title} (KiB)`,
    rows.map(({ name, bytes }) => ({
      label: name.length > 18 ? `${name.slice(0, 17)}…` : name,
      parts: [{ kind: 'low', value: Math.round(bytes / 1024), label: 'KiB' }],
    })),
  );
}

function coverage({ sensors }: NetworkReport): string {
  const rows = sensors.map(({ sensor, packets, dropped, leftOut }) => {
    const left = Object.values(leftOut).reduce((sum, each) => sum + each, 0);
    return `<dt><bdi>${text(sensor)}</bdi></dt><dd>${text(`${count(packets, 'packet')} seen, ${dropped.toLocaleString('en-US')} dropped, ${left.toLocaleString('en-US')} in no flow`)}</dd>`;
  });
  return `<section><h2>What was looked at</h2>${rows.length === 0 ? '<p class="soft">Nobody captured anything in this time.</p>' : `<dl>${rows.join('')}</dl>`}</section>`;
}

function next({ next: steps }: NetworkReport): string {
  if (steps.length === 0) {
    return '<section><h2>What is likely next</h2><p class="soft">Nobody who scanned found something open that he left alone.</p></section>';
  }
  const items = steps.map(
    ({ source, address, port, proto, what, why }) =>
      `<article><h3><bdi>${text(source)}</bdi>: ${text(what)} at <bdi>${text(address)}</bdi> ${text(proto)} port ${port}</h3><p class="soft">${text(why)}</p></article>`,
  );
  return `<section><h2>What is likely next <span class="soft">${steps.length}</span></h2>${items.join('\n')}</section>`;
}

async function* fromArray<Item>(items: readonly Item[]): AsyncGenerator<Item> {
  yield* items;
}
