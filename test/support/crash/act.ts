import { randomUUID } from 'node:crypto';
import type { EntryView } from '../../../src/files/wire.ts';
import { bodyOf, inPieces, SIZES, type Body } from './drive/bodies.ts';
import type { DriveClient } from './drive/client.ts';
import { entriesIn, type EntryState, type FolderState, type PlaceState } from './drive/state.ts';
import type { Seeded } from './seeded.ts';

/** Told of the moments at which a kill may be due. */
export interface Moments {
  onRequest(): void;
  /** A piece of a body is about to go out. */
  onPiece(): void;
  onAnswer(): void;
}

/** One change that one person asks for. */
export interface Act {
  readonly kind: string;
  /** All that may be there when no answer came: first as it was before, last as it is when the act was done. */
  readonly outcomes: readonly PlaceState[];
  /** Whether the same request may be sent again, under one Idempotency-Key. */
  readonly repeatable: boolean;
  /** Resolves with the answer's body, `null` when only its status line came. Throws what the client throws. */
  run(client: DriveClient, moments: Moments): Promise<unknown>;
  /** What may be there after this answer, with the ids that it tells: one outcome, unless it leaves some open. */
  learn(reply: unknown, client: DriveClient): Promise<readonly PlaceState[]>;
}

export interface Chooser {
  readonly random: Seeded;
  readonly driveId: string;
  /** A name nobody has had yet. */
  newName(): string;
}

/** A state to be changed, and where things are in it. */
export function planned(state: PlaceState) {
  const after = structuredClone(state);
  const at = (id: string): { entry: EntryState; parent: FolderState } => {
    for (const found of entriesIn(after.home)) if (found.entry.id === id) return found;
    throw new Error(`Plan an act: nothing has the id ${id}`);
  };
  /** The home folder, or one in it. */
  const folder = (id: string): FolderState => {
    const entry = id === after.home.id ? after.home : at(id).entry;
    if (entry.kind !== 'folder') throw new Error(`Plan an act: ${entry.name} is no folder`);
    return entry;
  };
  /** Takes it out of its folder. */
  const take = (id: string): EntryState => {
    const { entry, parent } = at(id);
    parent.children = parent.children.filter((child) => child !== entry);
    return entry;
  };
  return { after, at, folder, take };
}

export interface Request {
  readonly method: string;
  readonly path: string;
  readonly json?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly upload?: { readonly bytes: Buffer; readonly inPieces: boolean };
  /** For a body that has to be made anew for each try. */
  readonly form?: () => FormData;
}

export async function send(client: DriveClient, request: Request, moments: Moments): Promise<unknown> {
  const { method, path, json, headers, upload, form } = request;
  moments.onRequest();
  const body = upload
    ? upload.inPieces
      ? inPieces(upload.bytes, () => moments.onPiece())
      : new Uint8Array(upload.bytes)
    : form?.();
  const reply = await client.call(method, path, {
    ...(json === undefined ? {} : { json }),
    ...(headers === undefined ? {} : { headers }),
    ...(body === undefined ? {} : { body }),
  });
  moments.onAnswer();
  return reply;
}

/** An act of one request, whose answer tells ids by way of `learn`. */
export function oneRequest(parts: {
  readonly kind: string;
  readonly before: PlaceState;
  readonly after: PlaceState;
  readonly request: Request;
  readonly repeatable?: boolean;
  readonly learn?: (reply: unknown, client: DriveClient) => void | Promise<void>;
}): Act {
  const { kind, before, after, request, repeatable = false, learn } = parts;
  const headers = { ...request.headers, ...(repeatable ? { 'idempotency-key': randomUUID() } : {}) };
  return {
    kind,
    outcomes: [before, after],
    repeatable,
    run: (client, moments) => send(client, { ...request, headers }, moments),
    async learn(reply, client) {
      if (reply !== null) await learn?.(reply, client);
      return [after];
    },
  };
}

export function newBody(chooser: Chooser, token: string): { readonly body: Body; readonly inPieces: boolean } {
  const body = bodyOf(token, chooser.random.pick(SIZES));
  return { body, inPieces: body.bytes.length > 0 && chooser.random.fraction() < 0.5 };
}

export const named = (name: string): Record<string, string> => ({
  'content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent(name)}`,
});
export const octets = { 'content-type': 'application/octet-stream' };

/** Entries whose id is known, below the home folder. */
export function known<Kind extends EntryState['kind']>(
  state: PlaceState,
  kind: Kind,
): (Extract<EntryState, { kind: Kind }> & { id: string })[] {
  const found = [...entriesIn(state.home)].map(({ entry }) => entry);
  return found.filter((entry) => entry.kind === kind && entry.id !== null) as never[];
}

/** Where something may go: the home folder, or a folder in it that is not below `besides`. */
export function someFolder(chooser: Chooser, state: PlaceState, besides?: EntryState): string {
  const barred = new Set<EntryState>();
  if (besides?.kind === 'folder') {
    barred.add(besides);
    for (const { entry } of entriesIn(besides)) barred.add(entry);
  }
  const folders = known(state, 'folder').filter((folder) => !barred.has(folder));
  return chooser.random.pick([state.home.id ?? '', ...folders.map(({ id }) => id)]);
}

/** Brings the ids of what lies in a folder, as far as the answers come. */
export async function learnBelow(client: DriveClient, folder: FolderState): Promise<void> {
  if (folder.id === null) return;
  const views = new Map((await client.list(folder.id)).map((view): [string, EntryView] => [view.name, view]));
  for (const child of folder.children) {
    const view = views.get(child.name);
    if (!view || view.kind !== child.kind) continue;
    child.id = view.id;
    if (child.kind === 'folder') await learnBelow(client, child);
    const newest = child.kind === 'file' ? child.versions.at(-1) : undefined;
    if (newest && view.kind === 'file') newest.id = view.versionId;
  }
}
