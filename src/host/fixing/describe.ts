/** What a step would change, for people to read before it does: a diff of files, a line for all else. */
import { count } from '../../base/text/quantities.ts';
import { changesOf, type LineChange, unifiedDiff, type UnifiedNames } from '../diff/unified.ts';
import type { Step } from './step.ts';

/** A diff shows what stands in a file; of these nobody should see it. */
const SECRET = /^\/etc\/g?shadow-?$|\.my\.cnf$|\.pgpass$|\/id_[^/]+$|\.key$/;
/** Beyond it only their number is shown. */
const MOST_LINES = 400;

export function describeStep(step: Step): readonly string[] {
  switch (step.kind) {
    case 'content': {
      const [before, after] = [step.before?.bytes ?? '', step.after].map((each) =>
        Buffer.from(each, 'base64').toString('utf8'),
      ) as [string, string];
      if (before === after) return [];
      if (SECRET.test(step.path))
        return [`change ${step.path}: ${changedLines(before, after)} (it holds secrets, so they are not shown)`];
      return shownDiff(before, after, { before: step.before === null ? '/dev/null' : step.path, after: step.path });
    }
    case 'attributes': {
      const { path, before, after } = step;
      const said = [
        ...(before.mode === after.mode ? [] : [`mode ${octal(before.mode)} → ${octal(after.mode)}`]),
        ...(before.uid === after.uid && before.gid === after.gid
          ? []
          : [`owner ${before.uid}:${before.gid} → ${after.uid}:${after.gid}`]),
      ];
      return said.length === 0 ? [] : [`${path}: ${said.join(', ')}`];
    }
    case 'aside':
      return [`move ${step.path} to ${step.kept}`];
    case 'account':
      return step.before === step.after ? [] : [`lock the password of ${step.name}`];
    case 'kernel':
      return step.before === step.after ? [] : [`${step.path.replaceAll('/', '.')}: ${step.before} → ${step.after}`];
    case 'mount':
      return [`${step.path}: mounted with ${step.before.join()} → ${step.after.join()}`];
    case 'service':
      return [`systemctl ${step.action} ${step.name} (now ${step.before.active}, ${step.before.enabled})`];
    case 'process':
      return step.signal === 'KILL'
        ? [`end process ${step.pid} for good, which cannot be taken back`]
        : [`stop process ${step.pid}, which goes on when this is taken back`];
    case 'rules':
      return shownDiff(step.before, step.load, {
        before: `rules of ${step.tool}`,
        after: `rules of ${step.tool}`,
      });
    case 'sql':
      return [`SQL: ${step.statement}`];
    case 'command':
      return [`${step.when === 'validate' ? 'check with' : 'then'} ${step.words.join(' ')}`];
  }
}

function octal(mode: number): string {
  return mode.toString(8).padStart(4, '0');
}

function changedLines(before: string, after: string): string {
  const changed = changesOf(linesOf(before), linesOf(after));
  const many = (wanted: LineChange['kind']): number => changed.filter(({ kind }) => kind === wanted).length;
  return count(Math.max(many('gone'), many('new')), 'line');
}

function shownDiff(before: string, after: string, names: UnifiedNames): readonly string[] {
  const lines = unifiedDiff(linesOf(before), linesOf(after), names);
  if (lines.length <= MOST_LINES) return lines;
  return [...lines.slice(0, MOST_LINES), `… ${lines.length - MOST_LINES} more lines`];
}

function linesOf(text: string): readonly string[] {
  return text === '' ? [] : text.replace(/\n$/, '').split('\n');
}
