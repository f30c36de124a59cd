import { useNavigate } from '@tanstack/react-router';
import { useCallback } from 'react';

type Search = Readonly<Record<string, unknown>>;

/** Says other filters in the address than those that stand there now; what `read` does not know leaves it. */
export type Narrow<Filter> = (change: (now: Filter) => { readonly [Key in keyof Filter]?: unknown }) => void;

/**
 * For a list whose filters stand in the address. `read` takes out of it what is a filter, always the same function. A change
 * begins with the address, which may be ahead of what is drawn: of two presses in a row both count.
 */
export function useNarrow<Filter extends object>(read: (search: Search) => Filter): Narrow<Filter> {
  const navigate = useNavigate();
  return useCallback(
    (change) => void navigate({ to: '.', search: (now) => read(change(read(now))), replace: true }),
    [navigate, read],
  );
}
