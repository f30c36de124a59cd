import { type KeyboardEvent, useRef, useState } from 'react';

/**
 * A table with one stop for the Tab key: arrows or j and k go from the main link of one row to that of the next, Home and
 * End to the first and last. What it answers makes the properties of each row's link.
 */
export function useRovingRows(count: number) {
  const [at, setAt] = useState(0);
  const links = useRef(new Map<number, HTMLElement>());
  const current = Math.min(at, Math.max(count - 1, 0));
  const go = (to: number): void => {
    const next = Math.min(Math.max(to, 0), count - 1);
    setAt(next);
    links.current.get(next)?.focus();
  };
  return (index: number) => ({
    tabIndex: index === current ? 0 : -1,
    onFocus: () => setAt(index),
    onKeyDown: (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const { key } = event;
      if (key === 'ArrowDown' || key === 'j') go(index + 1);
      else if (key === 'ArrowUp' || key === 'k') go(index - 1);
      else if (key === 'Home') go(0);
      else if (key === 'End') go(count - 1);
      else return;
      event.preventDefault();
    },
    ref: (link: HTMLElement | null) => {
      if (link) links.current.set(index, link);
      else links.current.delete(index);
    },
  });
}
