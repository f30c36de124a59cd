/** Calm, light and dark, and good on paper. Red is for what puts data at risk, amber for what needs a look. */
export const reportStyle = `
:root { color-scheme: light dark; --text: #1c2024; --soft: #60646c; --line: #dcdfe4; --back: #fff; --panel: #f7f8fa;
  --critical: #b42318; --high: #d9480f; --medium: #b7791f; --low: #5b7083; --info: #8a94a0; --unknown: #c9a227 }
@media (prefers-color-scheme: dark) { :root { --text: #e6e8eb; --soft: #a0a6b0; --line: #30353c; --back: #14171a; --panel: #1b1f24;
  --critical: #f97066; --high: #ff9a62; --medium: #e8b04b; --low: #93a7ba; --info: #7c8794; --unknown: #d8b93f } }
* { box-sizing: border-box }
body { margin: 0; background: var(--back); color: var(--text); font: 14px/1.55 system-ui, sans-serif }
header, main { max-width: 920px; margin: 0 auto; padding: 0 24px }
header { padding-top: 40px }
main { padding-bottom: 80px }
h1 { font-size: 24px; line-height: 1.3; margin: 4px 0 24px; letter-spacing: -.01em }
h2 { font-size: 17px; margin: 40px 0 8px; padding-top: 16px; border-top: 1px solid var(--line) }
h3 { font-size: 14px; margin: 0 }
p { margin: 6px 0; max-width: 76ch }
.soft { color: var(--soft); font-weight: 400 }
.charts { display: flex; flex-wrap: wrap; gap: 24px 48px }
figure { margin: 0; max-width: 100% }
figcaption { color: var(--soft); margin-bottom: 4px }
svg { max-width: 100%; height: auto; font: 13px system-ui, sans-serif; font-variant-numeric: tabular-nums }
svg text { fill: var(--text) } svg .number { fill: var(--soft) }
rect.critical { fill: var(--critical) } rect.high { fill: var(--high) } rect.medium { fill: var(--medium) }
rect.low { fill: var(--low) } rect.info { fill: var(--info) } rect.unknown { fill: var(--unknown) }
article { border: 1px solid var(--line); border-radius: 6px; padding: 12px 16px; margin: 8px 0; break-inside: avoid }
.mark { display: inline-block; min-width: 64px; font-size: 12px; font-weight: 600; margin-right: 8px }
.critical.mark { color: var(--critical) } .high.mark { color: var(--high) } .medium.mark { color: var(--medium) }
.low.mark, .info.mark { color: var(--low) } .unknown.mark { color: var(--medium) }
code { font: 12.5px/1.5 ui-monospace, Menlo, Consolas, monospace; overflow-wrap: anywhere }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 2px 16px; background: var(--panel); border-radius: 6px; padding: 8px 12px; margin: 8px 0 }
dt { color: var(--soft) } dd { margin: 0; min-width: 0; white-space: pre-wrap }
@media print { :root { color-scheme: light } body { font-size: 11px } header { padding-top: 0 } }
`;
