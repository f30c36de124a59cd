import { escapeHtml as text } from '../../base/formats/html.ts';

export interface BarRow {
  readonly label: string;
  /** `kind` is the class that colours it. */
  readonly parts: readonly { readonly kind: string; readonly value: number; readonly label: string }[];
}

const WIDTH = 420;
const LABEL = 130;
const ROW = 28;

/** Stacked bars as SVG; every number stands beside its bar, so that the colour is never alone. */
export function barChart(title: string, rows: readonly BarRow[]): string {
  const totals = rows.map(({ parts }) => parts.reduce((sum, { value }) => sum + value, 0));
  const most = Math.max(1, ...totals);
  const room = WIDTH - LABEL - 48;
  const bars = rows.map(({ label, parts }, index) => {
    const y = index * ROW;
    let x = LABEL;
    const rects = parts.map((part) => {
      // What is there is seen, however small beside the rest.
      const width = part.value === 0 ? 0 : Math.max(2, (part.value / most) * room);
      const rect = `<rect class="${part.kind}" x="${x.toFixed(1)}" y="${y + 6}" width="${width.toFixed(1)}" height="16"><title>${part.value} ${text(part.label)}</title></rect>`;
      x += width;
      return part.value === 0 ? '' : rect;
    });
    return `<text x="0" y="${y + 19}">${text(label)}</text>${rects.join('')}<text class="number" x="${(x + 8).toFixed(1)}" y="${y + 19}">${totals[index]}</text>`;
  });
  const said = rows.map(({ label }, index) => `${label}: ${totals[index]}`).join(', ');
  return `<figure><figcaption>${text(title)}</figcaption><svg viewBox="0 0 ${WIDTH} ${rows.length * ROW}" width="${WIDTH}" role="img" aria-label="${text(`${title}. ${said}`)}">${bars.join('')}</svg></figure>`;
}
