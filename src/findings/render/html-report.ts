/** One HTML file without any outside request: the verdict in a sentence, the picture, the findings, what was not seen. */
import { count } from '../../base/text/quantities.ts';
import { escapeHtml as text } from '../../base/formats/html.ts';
import { rank, severities, type Severity } from '../finding.ts';
import type { FindingView } from '../wire.ts';
import { barChart } from './bar-chart.ts';
import { reportStyle } from './report-style.ts';

const WORDS: { readonly [S in Severity]: string } = {
  critical: 'Critical',
  high: 'High',
  medium: 'Medium',
  low: 'Low',
  info: 'For information',
};

/** Findings that are drawn one by one; a page with more is read by nobody, and no browser likes it. */
const DRAWN = 2000;

/** What a guard puts before the findings. */
export interface Opening {
  readonly title: string;
  /** The verdict, as plain text. */
  readonly sentence: string;
  /** HTML that stands under the charts; whoever makes it has escaped it. */
  readonly section: string;
  /** The same, after the findings. */
  readonly closing?: string;
}

export function htmlReport(
  findings: readonly FindingView[],
  made: { readonly atMs: number; readonly version: string },
  opening?: Opening,
) {
  const open = findings.filter(({ state }) => state === 'open');
  const wrong = open.filter(({ verdict }) => verdict === 'fail');
  const unseen = open.filter(({ verdict }) => verdict === 'unknown');
  const decided = findings.filter(({ state }) => state === 'accepted' || state === 'suppressed');
  const time = new Date(made.atMs).toISOString().slice(0, 16).replace('T', ' ');
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<link rel="icon" href="data:,"><title>${text(opening?.title ?? 'Findings')}, ${time} UTC</title><style>${reportStyle}</style></head><body>
<header><p class="soft">Holdfast ${text(made.version)}, ${time} UTC</p>
<h1>${opening ? `${text(opening.sentence)} ` : ''}${sentence(wrong, unseen)}</h1></header>
<main>
${picture(open)}
${opening?.section ?? ''}
${list('What is wrong', wrong, 'Nothing is known to be wrong.')}
${list('What could not be looked at', unseen, 'Everything that was asked for could be looked at.')}
${decided.length > 0 ? list('What people decided to live with', decided, '') : ''}
${opening?.closing ?? ''}
</main></body></html>
`;
}

function sentence(wrong: readonly FindingView[], unseen: readonly FindingView[]): string {
  const blind = unseen.length > 0 ? ` ${count(unseen.length, 'thing')} could not be looked at.` : '';
  if (wrong.length === 0) return `Nothing is known to be wrong.${blind}`;
  const worst = severities.find((severity) => wrong.some((finding) => finding.severity === severity)) ?? 'info';
  const number = wrong.filter(({ severity }) => severity === worst).length;
  const rest = wrong.length - number;
  return `${count(number, `${worst === 'info' ? 'minor' : worst} finding`)}${rest > 0 ? ` and ${count(rest, 'other')}` : ''} to mend.${blind}`;
}

function picture(open: readonly FindingView[]): string {
  const rows = severities.map((severity) => {
    const own = open.filter((finding) => finding.severity === severity);
    return {
      label: WORDS[severity],
      parts: [
        { kind: severity, value: own.filter(({ verdict }) => verdict === 'fail').length, label: 'wrong' },
        { kind: 'unknown', value: own.filter(({ verdict }) => verdict === 'unknown').length, label: 'not looked at' },
      ],
    };
  });
  const sources = [...new Set(open.map(({ source }) => source))].toSorted().map((source) => ({
    label: source,
    parts: severities.map((severity) => ({
      kind: severity,
      value: open.filter((finding) => finding.source === source && finding.severity === severity).length,
      label: severity,
    })),
  }));
  return `<section class="charts">${barChart('Open, by severity', rows)}${sources.length > 0 ? barChart('Open, by where it was looked', sources) : ''}</section>`;
}

/** Worst first, since not all are drawn. */
function list(title: string, findings: readonly FindingView[], whenNone: string): string {
  const sorted = findings.toSorted((one, other) => Number(rank(one)) - Number(rank(other)));
  const more = findings.length - DRAWN;
  return `<section><h2>${title} <span class="soft">${findings.length}</span></h2>
${findings.length === 0 ? `<p class="soft">${whenNone}</p>` : sorted.slice(0, DRAWN).map(card).join('\n')}
${more > 0 ? `<p class="soft">And ${count(more, 'more')}: the CSV has them all.</p>` : ''}</section>`;
}

function card(finding: FindingView): string {
  const { severity, verdict, title, resource, check, evidence, rationale, remedy, references, acceptance } = finding;
  const mark = verdict === 'unknown' ? 'unknown' : severity;
  return `<article><h3><span class="mark ${mark}">${verdict === 'unknown' ? 'Could not look' : WORDS[severity]}</span> ${text(title)}</h3>
<p class="soft"><bdi>${text(resource.name)}</bdi> · ${text(resource.type)}${resource.region ? ` · ${text(resource.region)}` : ''} · <code>${text(check)}</code></p>
${rationale ? `<p>${text(rationale)}</p>` : ''}
${evidence.length > 0 ? `<dl>${evidence.map(({ label, value }) => `<dt>${text(label)}</dt><dd><code>${text(value)}</code></dd>`).join('')}</dl>` : ''}
${remedy ? `<p><strong>To do:</strong> ${text(remedy)}</p>` : ''}
${acceptance ? `<p><strong>Accepted</strong> by ${text(acceptance.by)}: ${text(acceptance.reason)}${acceptance.until ? `, until ${text(acceptance.until.slice(0, 10))}` : ''}</p>` : ''}
<p class="soft">${references.map(({ standard, id }) => text(`${standard} ${id}`)).join(' · ')}</p></article>`;
}
