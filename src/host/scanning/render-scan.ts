/** A scan as a file: the renderers of findings, opened by how the host stands. */
import { escapeHtml as text } from '../../base/formats/html.ts';
import { barChart, render, type Format, type Observation } from '../../findings/index.ts';
import type { FindingView } from '../../findings/wire.ts';
import type { Hardening, Outcome } from './hardening.ts';
import { changeLine, countsLine, hardeningLine, systemLine, unseenOf, type Since } from './report.ts';
import { sectionOf } from './sections.ts';
import type { HostSystem } from '../system/system.ts';

export interface RenderedScan {
  readonly system: HostSystem;
  readonly observations: readonly Observation[];
  readonly hardening: Hardening;
  readonly since: Since;
  readonly views: readonly FindingView[];
}

export function renderScan(
  rendered: RenderedScan,
  format: Format,
  made: { readonly atMs: number; readonly version: string },
): AsyncGenerator<string> {
  const { system, observations, hardening, since, views } = rendered;
  const unseen = unseenOf(observations);
  const list = (items: readonly string[]): string =>
    `<ul>${items.map((each) => `<li><bdi>${text(each)}</bdi></li>`).join('')}</ul>`;
  return render(fromArray(views), format, made, {
    title: 'Host',
    sentence: hardeningLine(hardening, since.index),
    section: `<section class="charts">${barChart('Checks, by what they are about', rowsOf(hardening))}</section>
<section><h2>The host</h2><p><bdi>${text(systemLine(system))}</bdi></p><p class="soft">${text(countsLine(hardening))}</p></section>
${since.changes.length > 0 ? `<section><h2>Since the scan before</h2>${list(since.changes.map(changeLine))}</section>` : ''}
${unseen.length > 0 ? `<section><h2>What it could not look at, and what that cost</h2>${list(unseen.map(({ why, checks }) => `${why}: ${checks.join(', ')}`))}</section>` : ''}`,
  });
}

const KINDS: readonly { readonly outcome: Outcome; readonly kind: string; readonly label: string }[] = [
  { outcome: 'wrong', kind: 'high', label: 'wrong' },
  { outcome: 'not_looked_at', kind: 'unknown', label: 'not looked at' },
  { outcome: 'right', kind: 'info', label: 'right' },
];

function rowsOf({ checks }: Hardening) {
  return [...Map.groupBy(checks, ({ check }) => sectionOf(check))].map(([label, own]) => ({
    label,
    parts: KINDS.map(({ outcome, kind, label: what }) => ({
      kind,
      value: own.filter((each) => each.outcome === outcome).length,
      label: what,
    })),
  }));
}

async function* fromArray<Item>(items: readonly Item[]): AsyncGenerator<Item> {
  yield* items;
}
