import { visibleJson } from '../../base/text/visible.ts';
import type { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Clock } from '../../base/clock.ts';
import type { Terminal } from '../../base/commands/command.ts';
import { startProgress, type ProgressScreen } from './progress.ts';
import { styles } from './styles.ts';
import { renderTable } from './table.ts';

/** What a terminal needs of process.stdout and process.stderr. */
export type OutputStream = Writable & { readonly isTTY?: boolean; readonly columns?: number };

export interface TerminalOptions {
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  readonly json: boolean;
  readonly quiet: boolean;
  readonly noColor: boolean;
  readonly clock: Clock;
}

const FALLBACK_COLUMNS = 80;
const COLOR = /^\[[0-9;]*m/;

/** Without all that moves, erases or reprograms; only colours and line breaks pass. */
function harmless(line: string): string {
  return line.replace(/\p{Cc}/gu, (found, at: number) => {
    if (found === '\n' || (found === '\u001b' && COLOR.test(line.slice(at + 1, at + 12)))) return found;
    return '';
  });
}

export function openTerminal(options: TerminalOptions): Terminal {
  const { stdout, stderr, json, quiet } = options;
  const columns = stdout.isTTY ? (stdout.columns ?? FALLBACK_COLUMNS) : undefined;
  const screen = stderr.isTTY && !quiet && !json ? progressScreen(stderr) : undefined;

  // The last guard; commands make names visible themselves, so that nothing is lost silently.
  const writeLine = (stream: Writable, line: string): void => {
    screen?.draw('');
    stream.write(`${harmless(line)}\n`);
  };

  return {
    json,
    quiet,
    styles: styles(Boolean(stdout.isTTY) && !options.noColor && !json),
    columns,
    show(value, lines) {
      if (json) stdout.write(`${visibleJson(value)}\n`);
      else for (const line of lines()) writeLine(stdout, line);
    },
    note(line) {
      if (!quiet && !json) writeLine(stderr, line);
    },
    warn(line) {
      if (!json) writeLine(stderr, line);
    },
    table(titles, rows) {
      return renderTable(titles, rows, { width: columns, styles: this.styles });
    },
    progress(task) {
      return startProgress(task, options.clock, screen);
    },
    async write(bytes) {
      await pipeline(bytes, stdout, { end: false });
    },
  };
}

function progressScreen(stderr: OutputStream): ProgressScreen {
  let drawn = false;
  return {
    draw(line) {
      if (line === '' && !drawn) return;
      stderr.write(`\r\u001b[2K${line}`);
      drawn = line !== '';
    },
    // One column short of the edge: some terminals wrap a line that is exactly full.
    columns: () => (stderr.columns ?? FALLBACK_COLUMNS) - 1,
  };
}
