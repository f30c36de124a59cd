/** Files to and from rooms, from the terminal. */
import { homedir } from 'node:os';
import { stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import type { ApiClient, CommandContext, Progress } from '../../base/commands/command.ts';
import { formatBytes } from '../../base/text/quantities.ts';
import { visible } from '../../base/text/visible.ts';
import { assertLocalName, downloadFile, statNamed, uploadTo } from '../../files/commands.ts';
import type { AttachmentFacts, AttachmentView, UploadedView } from '../attachments/wire.ts';
import { chatErrors } from '../errors.ts';

/** Of a message; the server refuses more. */
export const MOST_ATTACHED = 10;

type Where = Pick<CommandContext, 'signal' | 'workingFolder'>;

/** A file on this computer as it was typed; `~/` is the home folder. Throws `local_path_unusable` unless it is a file. */
export async function localFile({ workingFolder }: Where, typed: string): Promise<{ path: string; size: number }> {
  const path = resolve(workingFolder, atHome(typed.replace(/^(["'])(.*)\1$/, '$2')));
  const info = await statNamed(path, true);
  if (!info.isFile()) throw chatErrors('chat_attach_folder', { attempted: `Send “${path}”` });
  return { path, size: info.size };
}

/** Uploads it for a room. Nobody else can open it before it is sent with a message. */
export async function uploadAttachment(
  { signal }: Where,
  api: ApiClient,
  roomId: string,
  path: string,
  progress: Progress,
): Promise<UploadedView> {
  const target = {
    api,
    path: `/chat/rooms/${roomId}/attachments`,
    name: basename(path),
    sha256Of: ({ sha256 }: UploadedView) => sha256,
  };
  return await uploadTo(target, { path }, { follow: true, progress, signal });
}

/** Fetches one to a file, or into a folder under its own name; what is there is never replaced. Answers where it is. */
export async function saveAttachment(
  { signal, workingFolder }: Where,
  api: ApiClient,
  { roomId, shareId }: { readonly roomId: string; readonly shareId: string },
  to: string,
  progress: Progress,
): Promise<string> {
  const base = `/chat/rooms/${roomId}/attachments/${shareId}`;
  const facts = await api.get<AttachmentFacts>(base);
  const wanted = resolve(workingFolder, atHome(to === '' ? '.' : to));
  const isFolder = await stat(wanted).then(
    (info) => info.isDirectory(),
    () => false,
  );
  if (isFolder) assertLocalName(facts.name, process.platform);
  const target = isFolder ? join(wanted, facts.name) : wanted;
  const content = { ...facts, path: `${base}/content` };
  await downloadFile(api, content, { target, shown: facts.name, replaces: null, progress, signal });
  return target;
}

const STATES: Readonly<Record<AttachmentView['state'], string>> = {
  shared: '',
  in_trash: ' (in the trash)',
  ended: ' (no longer shared)',
};

/** One line of it for a terminal; a number is what /save takes. */
export function attachmentLine({ name, size, state }: AttachmentView, number?: number): string {
  const mark = number === undefined ? 'file' : `file ${number}`;
  return `[${mark}] ${visible(name)}, ${formatBytes(size)}${STATES[state]}`;
}

function atHome(path: string): string {
  return path === '~' || path.startsWith('~/') ? join(homedir(), path.slice(1)) : path;
}
