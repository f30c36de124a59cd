/** The few pages that the server draws itself: no script, no request to anybody else, light and dark. */
import { createHash } from 'node:crypto';
import type { FastifyReply } from 'fastify';
import { escapeHtml } from '../../base/formats/html.ts';

const style = `
:root { color-scheme: light dark; --text: #1c2024; --soft: #60646c; --line: #dcdfe4; --back: #fff; --panel: #f7f8fa; --accent: #2f5fd0; }
@media (prefers-color-scheme: dark) { :root { --text: #e6e8eb; --soft: #a0a6b0; --line: #30353c; --back: #14171a; --panel: #1b1f24; --accent: #8fb0ff; } }
* { box-sizing: border-box }
html { scroll-padding-top: 16px }
body { margin: 0; background: var(--back); color: var(--text); font: 14px/1.55 system-ui, sans-serif }
main, header.page { max-width: 880px; margin: 0 auto; padding: 0 24px }
header.page { padding-top: 48px }
main { padding-bottom: 96px }
h1 { font-size: 24px; line-height: 1.3; margin: 0 0 8px; letter-spacing: -.01em }
h2 { font-size: 17px; margin: 48px 0 8px; padding-top: 16px; border-top: 1px solid var(--line) }
h3 { font-size: 14px; margin: 0 }
p { margin: 8px 0; max-width: 68ch }
a { color: var(--accent); text-underline-offset: 2px }
a:focus-visible, summary:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 4px }
.soft { color: var(--soft) }
code, pre { font: 12.5px/1.55 ui-monospace, "SF Mono", Menlo, Consolas, monospace }
pre { background: var(--panel); border: 1px solid var(--line); border-radius: 6px; padding: 12px 16px; margin: 12px 0; overflow-x: auto }
nav ul { list-style: none; padding: 0; margin: 16px 0 0; display: flex; flex-wrap: wrap; gap: 4px 16px }
details { border: 1px solid var(--line); border-radius: 6px; margin: 8px 0; background: var(--back) }
summary { padding: 8px 16px; cursor: pointer; display: flex; flex-wrap: wrap; gap: 4px 12px; align-items: baseline; list-style: none }
summary::-webkit-details-marker { display: none }
summary:hover { background: var(--panel); border-radius: 6px }
details[open] > summary { border-bottom: 1px solid var(--line); border-radius: 6px 6px 0 0 }
summary .path { overflow-wrap: anywhere }
summary .what { color: var(--soft); margin-left: auto }
.method { font: 600 11.5px ui-monospace, Menlo, Consolas, monospace; min-width: 52px; display: inline-block }
.reads { color: var(--soft) } .writes { color: var(--accent) }
.body { padding: 8px 16px 16px }
.body h4 { font-size: 12px; margin: 16px 0 4px; color: var(--soft); font-weight: 600 }
.scroll { overflow-x: auto }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums }
td, th { text-align: left; vertical-align: top; padding: 5px 16px 5px 0; border-bottom: 1px solid var(--line); font-weight: 400 }
thead th { color: var(--soft); font-size: 12px }
tr:last-child td, tr:last-child th { border-bottom: 0 }
tbody th { white-space: nowrap }
td { min-width: 120px }
td code { overflow-wrap: anywhere }
tr:target, details:target { background: color-mix(in srgb, var(--accent) 12%, transparent) }
@media (max-width: 560px) { summary .what { margin-left: 0; flex-basis: 100% } main, header.page { padding-left: 16px; padding-right: 16px } }
@media print { details::details-content { content-visibility: visible } }
`;

const styleHash = createHash('sha256').update(style).digest('base64');

/** A whole page around `body`, which is HTML. */
export function htmlPage(title: string, body: string): string {
  return (
    '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">' +
    '<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex">' +
    `<link rel="icon" href="data:,"><title>${escapeHtml(title)}</title><style>${style}</style></head><body>${body}</body></html>\n`
  );
}

/** The style is allowed by its hash, so that no other can be slipped in. */
export function sendHtml(reply: FastifyReply, page: string): FastifyReply {
  return reply
    .header(
      'Content-Security-Policy',
      `default-src 'none'; style-src 'sha256-${styleHash}'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
    )
    .header('Content-Type', 'text/html; charset=utf-8')
    .send(page);
}
