/** An audit as a file: the renderers of findings, opened by what an audit of buckets has to say. */
import { escapeHtml as text } from '../../base/formats/html.ts';
import { count } from '../../base/text/quantities.ts';
import { barChart, observedView, render, type Format, type Opening } from '../../findings/index.ts';
import type { FindingView } from '../../findings/wire.ts';
import { exposureVerdicts } from '../exposure/ways.ts';
import type { Audit } from './audit.ts';
import { verdictWords } from './exposure-words.ts';
import { observationsOf } from './record.ts';
import { bucketLines, exposureCounts, sentenceOf, type KnownFindings } from './report.ts';

export interface Made {
  readonly atMs: number;
  readonly version: string;
}

/** Every observation as a finding: what was found right as well, which an auditor wants to see. */
export function auditViews(audit: Audit, known: KnownFindings, { atMs }: Made): readonly FindingView[] {
  return observationsOf(audit).map((observation) => observedView(observation, known, { source: 'buckets', atMs }));
}

export function renderAudits(
  audits: readonly Audit[],
  known: KnownFindings,
  format: Format,
  made: Made,
): AsyncGenerator<string> {
  const views = audits.flatMap((audit) => auditViews(audit, known, made));
  return render(fromArray(views), format, made, openingOf(audits, known));
}

async function* fromArray<Item>(items: readonly Item[]): AsyncGenerator<Item> {
  yield* items;
}

/** Rows of the table on the page; the CSV has everything. */
const ROWS = 1000;

function openingOf(audits: readonly Audit[], known: KnownFindings): Opening {
  const rows = audits.map((audit) => ({
    label: audit.scope.slice(0, 20),
    parts: exposureVerdicts.map((verdict) => ({
      kind: KINDS[verdict],
      value: exposureCounts(audit)[verdict],
      label: verdictWords[verdict],
    })),
  }));
  const lines = audits.flatMap((audit) => bucketLines(audit, known));
  const more = lines.length - ROWS;
  return {
    title: 'Buckets',
    sentence: audits.map(sentenceOf).join(' '),
    section: `<section class="charts">${barChart('Who gets in', rows)}</section>
<section><h2>Buckets <span class="soft">${lines.length}</span></h2>
${lines
  .slice(0, ROWS)
  .map(
    ({ bucket, region, verdict, why }) =>
      `<article><h3><span class="mark ${KINDS[verdict]}">${text(verdictWords[verdict])}</span> <bdi>${text(bucket)}</bdi> <span class="soft">${text(region ?? '')}</span></h3><p>${text(why)}</p></article>`,
  )
  .join('\n')}
${more > 0 ? `<p class="soft">And ${count(more, 'more')}: the CSV has them all.</p>` : ''}</section>`,
  };
}

/** The ladder from private to public, in the colours of severities. */
const KINDS = {
  'public-write': 'critical',
  'public-read': 'critical',
  'public-list': 'high',
  unknown: 'unknown',
  latent: 'medium',
  shared: 'low',
  private: 'info',
} as const;
