import type { Cell, Column, Styles } from '../../base/commands/command.ts';
import { visible } from '../../base/text/visible.ts';
import { cutToWidth, textWidth } from './text-width.ts';

const GAP = 2;
/** A column that may be cut keeps at least this much, or nobody knows what it said. */
const NARROWEST = 8;

/**
 * Aligned lines under a faint head. `width` is that of the terminal, undefined when nobody looks (a pipe, a file):
 * then nothing is cut.
 */
export function renderTable(
  columns: readonly Column[],
  rows: readonly (readonly Cell[])[],
  { width, styles }: { width: number | undefined; styles: Styles },
): string[] {
  const texts = rows.map((row) => columns.map((_, index) => cellText(row[index])));
  const widths = columns.map((column, index) =>
    Math.max(textWidth(column.title), ...texts.map((row) => textWidth(row[index] ?? ''))),
  );
  if (width !== undefined) narrow(columns, widths, width);

  const line = (cells: readonly string[], paint: (text: string, index: number) => string): string =>
    columns
      .map((column, index) => {
        const space = widths[index] ?? 0;
        const text = column.cut ? cutToWidth(cells[index] ?? '', space) : (cells[index] ?? '');
        const padding = ' '.repeat(Math.max(0, space - textWidth(text)));
        const painted = paint(text, index);
        if (column.align === 'right') return padding + painted;
        // No blanks at the end of a line: they wrap in a narrow terminal.
        return index === columns.length - 1 ? painted : painted + padding;
      })
      .join(' '.repeat(GAP));

  return [
    line(
      columns.map((column) => column.title),
      (text) => styles.faint(text),
    ),
    ...texts.map((cells, row) =>
      line(cells, (text, index) => {
        const cell = rows[row]?.[index];
        return typeof cell === 'object' ? styles[cell.style](text) : text;
      }),
    ),
  ];
}

function narrow(columns: readonly Column[], widths: number[], width: number): void {
  let excess = widths.reduce((sum, each) => sum + each, 0) + GAP * (columns.length - 1) - width;
  while (excess > 0) {
    const widest = columns.reduce<number | undefined>((best, column, index) => {
      if (!column.cut || (widths[index] ?? 0) <= NARROWEST) return best;
      return best === undefined || (widths[index] ?? 0) > (widths[best] ?? 0) ? index : best;
    }, undefined);
    if (widest === undefined) return;
    widths[widest] = (widths[widest] ?? 0) - 1;
    excess -= 1;
  }
}

function cellText(cell: Cell | undefined): string {
  return visible(typeof cell === 'object' ? cell.text : (cell ?? ''));
}
