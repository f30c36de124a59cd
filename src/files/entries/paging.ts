import { isId } from '../../base/ids.ts';
import { fileErrors } from '../errors.ts';

export interface Page {
  /** The `next` of the page before. */
  readonly after?: string | undefined;
  /** 1-1000, default 100. */
  readonly limit?: number | undefined;
}

/** Cursors are ids, which alone tell nothing. Throws `cursor_invalid`. */
export function afterCursor(prefix: string, { after }: Page): { readonly after?: string } {
  if (after === undefined) return {};
  if (!isId(after)) throw fileErrors('cursor_invalid');
  return { after: prefix + after };
}
