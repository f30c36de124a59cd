import { type MouseEvent, type RefObject, useCallback, useRef, useState } from 'react';

/** The menu of one row at a time. Opened from the keyboard it gives the focus back to the list when it closes. */
export function useRowMenu(list: RefObject<HTMLElement | null>) {
  const [menuOf, setMenuOf] = useState<string | null>(null);
  const byKeyboard = useRef(false);
  const onMenu = useCallback(
    (id: string | null): void => {
      setMenuOf(id);
      if (id === null && byKeyboard.current) list.current?.focus();
      byKeyboard.current = false;
    },
    [list],
  );
  const openMenu = useCallback((id: string): void => {
    setMenuOf(id);
    byKeyboard.current = true;
  }, []);
  /** The key for menus asks for the browser's own as well; a click with the right button still gets that one. */
  const onContextMenu = useCallback((event: MouseEvent): void => {
    if (byKeyboard.current) event.preventDefault();
  }, []);
  return { menuOf, openMenu, onMenu, onContextMenu };
}
