/** A server that does what a real one never should: hostile names, other bytes, broken lines. Only for faults. */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

export interface LyingFile {
  readonly name: string;
  readonly content: Buffer;
  /** What the listing says; the true one when left out. */
  readonly sha256?: string;
  /** Of an older version. */
  readonly before?: Buffer;
}

export interface LyingServer extends AsyncDisposable {
  readonly url: string;
  /** Every content request, with its Range header. */
  readonly ranges: (string | undefined)[];
  /** Resolves at the first request for content. */
  readonly asked: Promise<void>;
}

export type SendContent = (content: Buffer, request: IncomingMessage, response: ServerResponse, number: number) => void;

/** `send` answers a request for content; `number` counts from 0. By default it does so truly. */
export async function lyingServer(files: readonly LyingFile[], send: SendContent = sendWhole): Promise<LyingServer> {
  const ranges: (string | undefined)[] = [];
  const asked = Promise.withResolvers<void>();
  const drive = { id: 'drive', kind: 'personal', name: 'My drive', rootId: 'root', role: 'manager' };
  const root = {
    kind: 'folder',
    id: 'root',
    driveId: 'drive',
    folderId: null,
    name: '',
    createdTime: '2020-01-01T00:00:00Z',
  };
  const entries = files.map(({ name, content, sha256 }, index) => ({
    ...root,
    kind: 'file',
    id: `file-${index}`,
    folderId: 'root',
    name,
    size: content.length,
    modifiedTime: '2020-01-01T00:00:00Z',
    mediaType: 'application/octet-stream',
    sha256: sha256 ?? createHash('sha256').update(content).digest('hex'),
    versionId: `version-${index}`,
    versionTime: '2020-01-01T00:00:00Z',
    copies: { primary: 'verified', backup: 'verified', count: 2 },
  }));

  const server = createServer((request, response) => {
    const path = (request.url ?? '').replace('/api/v1', '').replace(/\?.*/, '');
    const json = (status: number, value: unknown): void => {
      response.writeHead(status, { 'content-type': status < 400 ? 'application/json' : 'application/problem+json' });
      response.end(JSON.stringify(value));
    };
    const content = /^\/drives\/drive\/files\/file-(\d+)\/versions\/[^/]+\/content$/.exec(path);
    if (content) {
      ranges.push(request.headers.range);
      asked.resolve();
      return send(files[Number(content[1])]?.content ?? Buffer.alloc(0), request, response, ranges.length - 1);
    }
    if (path === '/sessions') {
      const account = { accountId: 'a', name: 'Ada', email: 'ada@example.org', handle: 'ada', role: 'member' };
      return json(201, { account, sessionId: 's', token: 'hfs_token', expiresTime: '2030-01-01T00:00:00Z' });
    }
    const versions = /^\/drives\/drive\/files\/file-(\d+)\/versions$/.exec(path);
    if (versions) {
      const before = files[Number(versions[1])]?.before ?? Buffer.alloc(0);
      return json(200, {
        versions: [{ versionId: 'before', sha256: createHash('sha256').update(before).digest('hex') }],
      });
    }
    if (path === '/drives') return json(200, { drives: [drive] });
    if (path === '/drives/drive/entries/root') return json(200, root);
    if (path === '/drives/drive/folders/root/entries') return json(200, { entries });
    if (path === '/drives/drive/lookup') {
      return void once(request, 'data').then(([body]) => {
        const wanted = (JSON.parse(String(body)) as { path: string }).path.slice(1);
        const found = entries.find(({ name }) => name === wanted);
        json(found ? 200 : 404, found ?? { code: 'entry_not_found', title: 'There is no such file', status: 404 });
      });
    }
    if (path === '/doctor') {
      response.writeHead(502, { 'content-type': 'text/html' });
      return void response.end('<h1>Bad gateway</h1>');
    }
    // An upload is refused before it is read.
    json(413, {
      code: 'file_too_large',
      title: 'The file is larger than this workspace takes',
      status: 413,
      remedy: 'No.',
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`,
    ranges,
    asked: asked.promise,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

export function sendWhole(content: Buffer, request: IncomingMessage, response: ServerResponse): void {
  const start = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
  response.writeHead(start > 0 ? 206 : 200, {
    'content-length': content.length - start,
    ...(start > 0 && { 'content-range': `bytes ${start}-${content.length - 1}/${content.length}` }),
  });
  response.end(content.subarray(start));
}
