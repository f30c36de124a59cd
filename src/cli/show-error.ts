import type { ExitCode, Styles } from '../base/commands/command.ts';
import { HoldfastError } from '../base/errors.ts';
import { visible } from '../base/text/visible.ts';

/** 2 for wrong usage, 3 for all that could not run. A failed verify (1) is a result and no error. */
export function exitCodeOf(error: unknown): ExitCode {
  return error instanceof HoldfastError && error.status === 400 ? 2 : 3;
}

/** Three parts: what was tried, why it failed, what to do now; the stable code small at the end. */
export function errorLines(error: unknown, styles: Styles): string[] {
  if (!(error instanceof HoldfastError)) {
    return [
      `${styles.danger('Error:')} ${visible(messageOf(error))}`,
      'This is a fault in Holdfast itself. Please report it with what you did.',
      styles.faint('internal_error'),
    ];
  }
  const whyLines = reasons(error);
  return [
    error.attempted === undefined
      ? `${styles.danger('Error:')} ${whyLines.join('\n')}`
      : `${styles.danger('Could not:')} ${visible(error.attempted)}`,
    ...(error.attempted === undefined ? [] : whyLines),
    visible(error.remedy),
    styles.faint(error.code),
  ];
}

/** Several mistakes at once are a line each. Lines are broken here alone: a line break in a name is shown, not made. */
function reasons({ title, detail, extra }: HoldfastError): string[] {
  const mistakes = extra['mistakes'];
  if (Array.isArray(mistakes) && mistakes.length > 1) {
    return [`${visible(title)}:`, ...mistakes.map((each) => `- ${visible(sentence(String(each)))}`)];
  }
  return [visible(sentence(detail === undefined ? title : `${title}: ${detail}`))];
}

/** With one full stop, whatever its words ended in. */
function sentence(text: string): string {
  return /[.!?…]$/.test(text) ? text : `${text}.`;
}

/** The same as a problem object (RFC 9457), for `--json`. */
export function errorProblem(error: unknown): Record<string, unknown> {
  if (!(error instanceof HoldfastError)) return { code: 'internal_error', title: messageOf(error) };
  return {
    ...error.extra,
    code: error.code,
    title: error.title,
    status: error.status,
    ...(error.attempted !== undefined && { attempted: error.attempted }),
    ...(error.detail !== undefined && { detail: error.detail }),
    remedy: error.remedy,
  };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
