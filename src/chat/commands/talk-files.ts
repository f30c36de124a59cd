/** Files in a room that is talked in: numbered as they are shown, sent with /send and fetched with /save. */
import type { ApiClient, CommandContext, Dialogue, Progress } from '../../base/commands/command.ts';
import { formatBytes } from '../../base/text/quantities.ts';
import { visible } from '../../base/text/visible.ts';
import type { AttachmentView } from '../attachments/wire.ts';
import { chatErrors } from '../errors.ts';
import type { RoomView } from '../wire.ts';
import { localFile, saveAttachment, uploadAttachment } from './attachments.ts';
import { sendText } from './send-text.ts';

/** Between lines that tell how far a transfer is. */
const TELL_EVERY_MS = 3000;

export interface ShownFiles {
  /** The same for the same file, however often it is shown. */
  numberOf(attachment: AttachmentView): number;
  find(number: number): AttachmentView | undefined;
}

export function openShownFiles(): ShownFiles {
  const shown: AttachmentView[] = [];
  return {
    numberOf(attachment) {
      const index = shown.findIndex(({ shareId }) => shareId === attachment.shareId);
      if (index < 0) return shown.push(attachment);
      shown[index] = attachment;
      return index + 1;
    },
    find: (number) => shown[number - 1],
  };
}

interface Talk {
  readonly room: RoomView;
  readonly dialogue: Dialogue;
  readonly files: ShownFiles;
}

/** `/send PATH` */
export async function sendFile(context: CommandContext, api: ApiClient, talk: Talk, typed: string): Promise<void> {
  const { room, dialogue } = talk;
  if (typed.trim() === '') throw chatErrors('chat_command_usage', { detail: 'type /send PATH' });
  const { path, size } = await localFile(context, typed.trim());
  using progress = toldProgress(context, dialogue, { verb: 'Sending', path, size });
  const uploaded = await uploadAttachment(context, api, room.roomId, path, progress);
  await sendText(context, api, room.roomId, '', [uploaded]);
}

/** `/save N [TO]` */
export async function saveFile(context: CommandContext, api: ApiClient, talk: Talk, typed: string): Promise<void> {
  const { room, dialogue, files } = talk;
  const [, number = '', to = ''] = /^(\d+)(?:\s+(.*))?$/.exec(typed.trim()) ?? [];
  const file = files.find(Number(number));
  if (!file)
    throw chatErrors('chat_command_usage', {
      detail: 'type /save N [TO], where N is the number that a file is shown with',
    });
  using progress = toldProgress(context, dialogue, { verb: 'Saving', path: file.name, size: file.size });
  const target = await saveAttachment(context, api, { roomId: room.roomId, shareId: file.shareId }, to, progress);
  dialogue.show(context.terminal.styles.faint(`Saved ${visible(target)}`));
}

/** Lines in place of a bar, which would stand where somebody types. */
function toldProgress(
  { clock, terminal }: CommandContext,
  dialogue: Dialogue,
  { verb, path, size }: { readonly verb: string; readonly path: string; readonly size: number },
): Progress {
  let [done, toldMs] = [0, clock()];
  return {
    bytes(more) {
      done += more;
      if (clock() - toldMs < TELL_EVERY_MS) return;
      toldMs = clock();
      const part = size === 0 ? 100 : Math.floor((100 * done) / size);
      dialogue.show(terminal.styles.faint(`${verb} ${visible(path)}: ${part} % of ${formatBytes(size)}`));
    },
    file() {},
    [Symbol.dispose]() {},
  };
}
