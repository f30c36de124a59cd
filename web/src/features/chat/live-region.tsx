import { useStore } from '../../base/store.ts';
import { announced } from './announce.ts';

/** Reads out what is said in the open room, without moving anybody there. */
export function LiveRegion({ roomId }: { readonly roomId: string }) {
  const last = useStore(announced);
  const said = last?.room.roomId === roomId ? `${last.message.author.handle}: ${last.message.text ?? ''}` : '';
  return (
    <p className="hidden-text" aria-live="polite">
      {said}
    </p>
  );
}
