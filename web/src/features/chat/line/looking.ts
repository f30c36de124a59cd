/** Which room somebody looks at, in whichever tab: only there they need not be told of what is said in it. */
import { useEffect } from 'react';

const nameOf = (roomId: string): string => `holdfast-looking:${roomId}`;
/** Undefined on plain HTTP, whatever the types say. */
const locks = navigator.locks as LockManager | undefined;

/** A lock, since the browser lets go of it when a tab ends, however that comes. */
export function useLooking(roomId: string, onLook: () => void): void {
  useEffect(() => {
    let letGo: (() => void) | null = null;
    const look = (): void => {
      const isLooking = document.visibilityState === 'visible' && document.hasFocus();
      if (isLooking === (letGo !== null)) return;
      letGo?.();
      letGo = null;
      if (!isLooking) return;
      const held = new Promise<void>((resolve) => (letGo = resolve));
      void locks?.request(nameOf(roomId), { mode: 'shared' }, () => held);
      onLook();
    };
    look();
    const signs = ['focus', 'blur', 'visibilitychange'] as const;
    for (const sign of signs) addEventListener(sign, look, true);
    return () => {
      for (const sign of signs) removeEventListener(sign, look, true);
      letGo?.();
    };
  }, [roomId, onLook]);
}

export async function isLookedAt(roomId: string): Promise<boolean> {
  const { held } = (await locks?.query()) ?? {};
  return held?.some(({ name }) => name === nameOf(roomId)) ?? false;
}
