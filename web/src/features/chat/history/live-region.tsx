import { useStore } from '../../../base/store.ts';
import { lately } from '../line/announce.ts';
import { spokenOf } from '../line/spoken.ts';

/** Reads out what is said in the open room, without moving anybody there: each message is an element of its own, and new. */
export function LiveRegion({ roomId }: { readonly roomId: string }) {
  const said = useStore(lately).filter(({ room }) => room.roomId === roomId);
  return (
    <div className="hidden-text" aria-live="polite" aria-relevant="additions">
      {said.map(({ message }) => (
        <p key={message.sequence}>{spokenOf(message)}</p>
      ))}
    </div>
  );
}
