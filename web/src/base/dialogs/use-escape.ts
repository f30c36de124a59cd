import { useWindowEvent } from '@mantine/hooks';
import { useEffect, useState } from 'react';

/** What is open, the one in front last. */
const open: object[] = [];
/** By closing one, the next may be in front before the key is through. */
const handled = new WeakSet<Event>();

/** Escape closes the dialog in front, and not the one or the drawer that it came out of. */
export function useEscape(onClose: () => void): void {
  const [self] = useState(() => ({}));
  useEffect(() => {
    open.push(self);
    return () => void open.splice(open.indexOf(self), 1);
  }, [self]);
  const hear = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape' || event.isComposing || open.at(-1) !== self || handled.has(event)) return;
    // A menu or a list of choices inside of it closes first; the components of Mantine say so by this.
    if (event.target instanceof Element && event.target.getAttribute('data-mantine-stop-propagation') === 'true')
      return;
    handled.add(event);
    onClose();
  };
  useWindowEvent('keydown', hear, { capture: true });
}
