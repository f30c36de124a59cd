import { useEffect, useState } from 'react';

/** When what calls this goes, the focus is back where it was: who works by keyboard goes on from there. */
export function useReturnFocus(): void {
  const [from] = useState(() => lasting(document.activeElement));
  useEffect(() => {
    return () => {
      // After the dialog has let go of the focus; whoever has moved it on keeps it.
      setTimeout(() => {
        if (from?.isConnected && document.activeElement === document.body) from.focus();
      });
    };
  }, [from]);
}

/** An item of a menu is gone by then; the button that opened the menu stays. */
function lasting(element: Element | null): HTMLElement | null {
  const opener = element?.closest('[role="menu"]')?.getAttribute('aria-labelledby');
  const stays = opener === null || opener === undefined ? element : document.getElementById(opener);
  return stays instanceof HTMLElement && stays !== document.body ? stays : null;
}
