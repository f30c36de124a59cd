import { useStore } from '../../../base/store.ts';
import { announced } from '../line/announce.ts';
import type { MessageView } from '../api.ts';

/** Reads out what is said in the open room, without moving anybody there. */
export function LiveRegion({ roomId }: { readonly roomId: string }) {
  const last = useStore(announced);
  const said = last?.room.roomId === roomId ? `${last.message.author.handle}: ${spoken(last.message)}` : '';
  return (
    <p className="hidden-text" aria-live="polite">
      {said}
    </p>
  );
}

/** Files are told by their names. */
function spoken({ text, attachments }: MessageView): string {
  return [text ?? '', ...attachments.map(({ name }) => `file ${name}`)].filter((part) => part !== '').join(', ');
}
