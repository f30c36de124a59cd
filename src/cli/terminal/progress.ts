import type { Clock } from '../../base/clock.ts';
import type { Progress, ProgressTask } from '../../base/commands/command.ts';
import { count, formatBytes, formatClock } from '../../base/text/quantities.ts';
import { visible } from '../../base/text/visible.ts';
import { cutToWidth, textWidth } from './text-width.ts';

/** Anything shorter is over before a bar could be read. */
const QUIET_MS = 1000;
const REDRAW_MS = 100;
/** The rate is that of the last seconds: a mean over hours does not tell that the line broke down. */
const WINDOW_MS = 5000;
const BAR_CELLS = 24;

export interface ProgressState {
  readonly bytes: number;
  readonly files: number;
  readonly elapsedMs: number;
  /** Bytes per second; undefined as long as nobody can tell. */
  readonly rate: number | undefined;
  readonly current: string;
}

/** One line of at most `width` columns; what matters least goes first when it does not fit. */
export function renderProgress(task: ProgressTask, state: ProgressState, width: number): string {
  const isCounted = task.unit !== undefined && task.totalBytes === 0 && task.totalFiles > 0;
  const share = isCounted
    ? Math.min(1, state.files / task.totalFiles)
    : task.totalBytes > 0
      ? Math.min(1, state.bytes / task.totalBytes)
      : 1;
  // Nobody knows how much there will be.
  const isOpen = !isCounted && task.totalBytes === 0 && (task.totalFiles === 0 || state.bytes > 0);
  const full = Math.floor(share * BAR_CELLS);
  const bar = `[${'='.repeat(full)}${full < BAR_CELLS ? '>' : ''}${' '.repeat(Math.max(0, BAR_CELLS - full - 1))}]`;
  const percent = `${Math.floor(share * 100)} %`.padStart(5);
  const sizes = isCounted
    ? ''
    : isOpen
      ? formatBytes(state.bytes)
      : `${formatBytes(state.bytes)} of ${formatBytes(task.totalBytes)}`;
  // All is sent, and the other side makes it durable.
  const finishing = task.totalBytes > 0 && state.bytes >= task.totalBytes;
  const rate = finishing ? 'finishing' : state.rate === undefined || isCounted ? '' : `${formatBytes(state.rate)}/s`;
  const left =
    state.rate && !finishing && !isOpen
      ? `${formatClock(((task.totalBytes - state.bytes) / state.rate) * 1000)} left`
      : '';
  const files = task.totalFiles > 1 ? `${state.files} of ${count(task.totalFiles, task.unit ?? 'file')}` : '';

  const parts = [
    task.verb,
    isOpen ? '' : bar,
    isOpen ? '' : percent,
    sizes,
    rate,
    left,
    files,
    visible(state.current),
  ].filter(Boolean);
  let line = parts[0] ?? '';
  for (const part of parts.slice(1)) {
    const room = width - textWidth(line) - 2;
    if (part === visible(state.current) && room >= 12) return `${line}  ${cutToWidth(part, room)}`;
    if (textWidth(part) > room) break;
    line += `  ${part}`;
  }
  return cutToWidth(line, width);
}

export interface ProgressScreen {
  /** Replaces the line that was drawn last; '' wipes it. */
  draw(line: string): void;
  columns(): number;
}

/** Draws into `screen`; without one (no terminal, --quiet, --json) it only counts. */
export function startProgress(task: ProgressTask, clock: Clock, screen: ProgressScreen | undefined): Progress {
  const started = clock();
  const samples: { atMs: number; bytes: number }[] = [{ atMs: started, bytes: 0 }];
  let bytes = 0;
  let files = 0;
  let current = '';

  const draw = (): void => {
    const now = clock();
    samples.push({ atMs: now, bytes });
    while (samples.length > 2 && now - (samples[0]?.atMs ?? now) > WINDOW_MS) samples.shift();
    const first = samples[0] ?? { atMs: started, bytes: 0 };
    const spanMs = now - first.atMs;
    const rate = spanMs > 0 ? Math.max(0, ((bytes - first.bytes) / spanMs) * 1000) : undefined;
    if (!screen || now - started < QUIET_MS) return;
    screen.draw(renderProgress(task, { bytes, files, elapsedMs: now - started, rate, current }, screen.columns()));
  };
  // An unreferenced timer: a bar never keeps the program alive.
  const timer = screen ? setInterval(draw, REDRAW_MS).unref() : undefined;

  return {
    bytes(more) {
      bytes += more;
    },
    file(name) {
      files += 1;
      current = name;
    },
    [Symbol.dispose]() {
      clearInterval(timer);
      screen?.draw('');
    },
  };
}
