import { useRef, useState } from 'react';

export const COPIED = 'Copied';

/** Copies a text that stands on the page, in the element that `shown` refers to; `said` tells how it went. */
export function useCopy(text: string) {
  const shown = useRef<HTMLElement>(null);
  const [said, setSaid] = useState('');
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text);
      setSaid(COPIED);
    } catch {
      // Browsers give the clipboard to pages that came over TLS, or when the person says so.
      if (shown.current) getSelection()?.selectAllChildren(shown.current);
      setSaid('Chosen: press Ctrl C to copy it');
    }
  };
  return { shown, said, copy };
}
