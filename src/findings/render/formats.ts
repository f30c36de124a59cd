/** Findings as files: for people a page and a spreadsheet, for programs JSON Lines and OCSF. */
import { csvLine } from '../../base/formats/csv.ts';
import type { FindingView } from '../wire.ts';
import { ocsfEvent } from './ocsf.ts';
import { htmlReport, type Opening } from './html-report.ts';

export type { Opening } from './html-report.ts';

export const formats = ['jsonl', 'csv', 'ocsf', 'html'] as const;
export type Format = (typeof formats)[number];

export const mediaTypes: { readonly [F in Format]: string } = {
  jsonl: 'application/jsonl; charset=utf-8',
  csv: 'text/csv; charset=utf-8',
  ocsf: 'application/jsonl; charset=utf-8',
  html: 'text/html; charset=utf-8',
};

/** The extension of a file in this format; OCSF is JSON Lines too. */
export const fileNames: { readonly [F in Format]: string } = {
  jsonl: 'findings.jsonl',
  csv: 'findings.csv',
  ocsf: 'findings.ocsf.jsonl',
  html: 'findings.html',
};

/** Findings in a format, piece by piece; an HTML report is drawn once all are known, and opens as the guard wants. */
export async function* render(
  findings: AsyncIterable<FindingView>,
  format: Format,
  made: { readonly atMs: number; readonly version: string },
  opening?: Opening,
): AsyncGenerator<string> {
  switch (format) {
    case 'jsonl':
      for await (const finding of findings) yield `${JSON.stringify(finding)}\n`;
      return;
    case 'ocsf':
      for await (const finding of findings) yield `${JSON.stringify(ocsfEvent(finding, made))}\n`;
      return;
    case 'csv':
      yield csvLine(COLUMNS.map(([title]) => title));
      for await (const finding of findings) yield csvLine(COLUMNS.map(([, cell]) => cell(finding)));
      return;
    case 'html': {
      const all: FindingView[] = [];
      for await (const finding of findings) all.push(finding);
      yield htmlReport(all, made, opening);
    }
  }
}

const COLUMNS: readonly (readonly [title: string, cell: (finding: FindingView) => string | number | null])[] = [
  ['id', ({ findingId }) => findingId],
  ['severity', ({ severity }) => severity],
  ['verdict', ({ verdict }) => verdict],
  ['state', ({ state }) => state],
  ['check', ({ check }) => check],
  ['title', ({ title }) => title],
  ['resource', ({ resource }) => resource.uid],
  ['resource_name', ({ resource }) => resource.name],
  ['resource_type', ({ resource }) => resource.type],
  ['account', ({ resource }) => resource.account ?? null],
  ['region', ({ resource }) => resource.region ?? null],
  ['path', ({ resource }) => resource.path ?? null],
  ['source', ({ source }) => source],
  ['first_seen', ({ firstSeenTime }) => firstSeenTime],
  ['last_seen', ({ lastSeenTime }) => lastSeenTime],
  ['reopened', ({ reopened }) => reopened],
  ['evidence', ({ evidence }) => evidence.map(({ label, value }) => `${label}: ${value}`).join('\n')],
  ['rationale', ({ rationale }) => rationale],
  ['remedy', ({ remedy }) => remedy],
  ['references', ({ references }) => references.map(({ standard, id }) => `${standard} ${id}`).join('; ')],
  ['accepted_by', ({ acceptance }) => acceptance?.by ?? null],
  ['accepted_because', ({ acceptance }) => acceptance?.reason ?? null],
  ['accepted_until', ({ acceptance }) => acceptance?.until ?? null],
];
