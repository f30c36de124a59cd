import { transferErrors } from '../transfer/transfer-errors.ts';

/** Decides by --include and --exclude what takes part in a transfer. */
export interface PathFilter {
  /** False for a folder that is left out with all that is in it. */
  folder(path: string): boolean;
  file(path: string): boolean;
  /** With --include empty folders do not take part either. */
  readonly onlySome: boolean;
}

/**
 * A pattern without `/` is held against the name, wherever it lies (`*.jpg`); one with `/` against the path from the
 * folder that was named (`2024/*.jpg`); one that ends in `/` against folders only. An exclude wins over an include.
 */
export function pathFilter(include: readonly string[], exclude: readonly string[]): PathFilter {
  const included = include.map(compile);
  const excluded = exclude.map(compile);
  const out = (path: string, kind: 'file' | 'folder'): boolean => excluded.some((matches) => matches(path, kind));
  return {
    folder: (path) => !out(path, 'folder'),
    file: (path) => !out(path, 'file') && (included.length === 0 || included.some((matches) => matches(path, 'file'))),
    onlySome: included.length > 0,
  };
}

function compile(pattern: string): (path: string, kind: 'file' | 'folder') => boolean {
  const foldersOnly = pattern.endsWith('/');
  const body = pattern.replace(/\/+$/, '').replace(/^\.?\//, '');
  const anchored = body.includes('/') || pattern.startsWith('/');
  if (body === '') throw transferErrors('pattern_invalid', { attempted: `Read the pattern “${pattern}”` });
  const expression = globExpression(body, pattern);
  return (path, kind) => {
    if (foldersOnly && kind === 'file') return false;
    return expression.test((anchored ? path : path.slice(path.lastIndexOf('/') + 1)).normalize('NFC'));
  };
}

const TOKENS = /\*\*\/|\*\*|\*|\?|\[!?\]?[^\]]*\]|\\.|[{},.+^$()|[\]\\]/g;

/** Names that start with a dot are like all others: a backup that leaves out `.env` unasked is no backup. */
function globExpression(body: string, pattern: string): RegExp {
  const attempted = `Read the pattern “${pattern}”`;
  let depth = 0;
  const source = body.normalize('NFC').replace(TOKENS, (token) => {
    if (token === '**/') return '(?:[^/]+/)*';
    if (token === '**') return '.*';
    if (token === '*') return '[^/]*';
    if (token === '?') return '[^/]';
    if (token === ',') return depth > 0 ? '|' : ',';
    if (token === '{') {
      depth += 1;
      return '(?:';
    }
    if (token === '}' && depth > 0) {
      depth -= 1;
      return ')';
    }
    if (token.length === 2 && token.startsWith('\\')) return token;
    if (token.length > 2) return oneOf(token);
    return `\\${token}`;
  });
  if (depth !== 0) throw transferErrors('pattern_invalid', { attempted, detail: 'a “{” is not closed' });
  try {
    return new RegExp(`^${source}$`, 'su');
  } catch (cause) {
    throw transferErrors('pattern_invalid', { attempted, cause });
  }
}

/** `[abc]`, `[a-z]`, `[!abc]`; never a `/`. */
function oneOf(token: string): string {
  const negated = token.startsWith('[!');
  const members = token.slice(negated ? 2 : 1, -1).replace(/[\\\]^[&]/g, '\\$&');
  return `(?!/)[${negated ? '^' : ''}${members}]`;
}
