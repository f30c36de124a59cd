/** A drive over HTTP for somebody who is prepared to get no answer. */
import type { DriveList, EntryList, EntryView, TrashList, VersionList } from '../../../../src/files/wire.ts';

/** The connection broke: whether the act was done is not known. */
export class Unanswered extends Error {
  override readonly name = 'Unanswered';
}

/** The server said no. */
export class Refused extends Error {
  override readonly name = 'Refused';
  readonly status: number;
  /** Of the problem; '' when it could not be read. */
  readonly code: string;

  constructor(what: string, status: number, problem: string) {
    super(`${what} answered ${status}: ${problem}`);
    this.status = status;
    this.code = /"code":"(\w+)"/.exec(problem)?.[1] ?? '';
  }
}

export interface CallOptions {
  readonly json?: unknown;
  readonly body?: Uint8Array | FormData | AsyncIterable<Uint8Array>;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface DriveClient {
  readonly driveId: string;
  /**
   * Answers the body of a 2xx, or `null` when the connection broke behind its status line. Throws {@link Unanswered},
   * and {@link Refused} for any other status. Paths start behind `/api/v1`.
   */
  call<Reply>(method: string, path: string, options?: CallOptions): Promise<Reply | null>;
  /** For what changes nothing: a broken answer throws {@link Unanswered} too. */
  ask<Reply>(method: string, path: string, json?: unknown): Promise<Reply>;
  /** Bytes of a content address. */
  content(path: string): AsyncGenerator<Uint8Array>;
  /** In order of creation, or of names. */
  list(folderId: string, sort?: 'name'): Promise<EntryView[]>;
  trash(): Promise<TrashList['entries']>;
  /** The newest first. */
  versions(fileId: string): Promise<VersionList['versions']>;
}

export async function driveClient(url: string, token: string): Promise<DriveClient> {
  const send = async (method: string, path: string, options: CallOptions): Promise<Response> => {
    const { json, body, headers } = options;
    const response = await fetch(`${url}/api/v1${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(json === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(json === undefined ? {} : { body: JSON.stringify(json) }),
      ...(body === undefined ? {} : { body, duplex: 'half' }),
    }).catch((cause: unknown) => {
      throw new Unanswered(`${method} ${path}`, { cause });
    });
    if (response.ok) return response;
    const problem = await response.text().catch(() => '(the rest of the answer is missing)');
    throw new Refused(`${method} ${path}`, response.status, problem);
  };
  const call: DriveClient['call'] = async <Reply>(method: string, path: string, options: CallOptions = {}) => {
    const response = await send(method, path, options);
    const text = await response.text().catch(() => null);
    if (text === null) return null;
    return (text === '' ? {} : JSON.parse(text)) as Reply;
  };
  const ask: DriveClient['ask'] = async <Reply>(method: string, path: string, json?: unknown) => {
    const reply = await call<Reply>(method, path, json === undefined ? {} : { json });
    if (reply === null) throw new Unanswered(`${method} ${path}: the answer broke off`);
    return reply;
  };
  const { drives } = await ask<DriveList>('GET', '/drives');
  const driveId = drives[0]?.id ?? '';

  /** Every page of a list. */
  const pages = async <Item>(
    path: string,
    itemsOf: (page: { next?: string }) => readonly Item[],
    query: Readonly<Record<string, string>> = {},
  ): Promise<Item[]> => {
    const items: Item[] = [];
    let after: string | undefined;
    do {
      const words = new URLSearchParams({ limit: '100', ...query, ...(after === undefined ? {} : { after }) });
      const page = await ask<{ next?: string }>('GET', `${path}?${words.toString()}`);
      items.push(...itemsOf(page));
      after = page.next;
    } while (after !== undefined);
    return items;
  };

  return {
    driveId,
    call,
    ask,
    async *content(path) {
      const response = await send('GET', path, {});
      yield* response.body ?? [];
    },
    list: (folderId, sort) =>
      pages(
        `/drives/${driveId}/folders/${folderId}/entries`,
        (page) => (page as EntryList).entries,
        sort === undefined ? {} : { sort },
      ),
    trash: () => pages(`/drives/${driveId}/trash`, (page) => (page as TrashList).entries),
    versions: (fileId) =>
      pages(`/drives/${driveId}/files/${fileId}/versions`, (page) => (page as VersionList).versions),
  };
}
