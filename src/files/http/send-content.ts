import type { FastifyReply, FastifyRequest } from 'fastify';
import { Readable } from 'node:stream';
import type { Download } from '../versions/download.ts';
import { fileErrors } from '../errors.ts';
import type { Span } from '../copies/read-copies.ts';
import type { FolderZip } from '../zip/zip-folder.ts';
import { attachment, digestHeader, entityTags, rangeOf } from './request-headers.ts';

/** Begins to look whether the person may go on; calls back when not. */
export type Watched = (onEnded: () => void) => Disposable;

/**
 * Answers with a file's content, or with the part asked for. Whatever the file claims to be, a browser only ever
 * saves it: nothing somebody uploaded runs under this address.
 *
 * The first bytes, of something small all of them, are read before the status is sent, so a version that cannot be read at
 * all is a problem like any other; when every copy fails later, or the person may not go on, the connection is cut, and never ended as if all
 * had been sent.
 */
export async function sendContent(
  request: FastifyRequest,
  reply: FastifyReply,
  download: Download,
  watched: Watched,
): Promise<FastifyReply> {
  const tag = `"${download.versionId}"`;
  reply.headers({
    ...onlySaved(download.name, download.mediaType),
    'Accept-Ranges': 'bytes',
    ETag: tag,
    'Last-Modified': new Date(download.versionMs).toUTCString(),
    'Repr-Digest': digestHeader(download.sha256),
    'Holdfast-Modified-Time': new Date(download.modifiedMs).toISOString(),
  });
  if (isUnchanged(request, download)) return reply.code(304).send();

  const whole: Span = { start: 0, end: download.size };
  // RFC 9110 section 14.2: only a GET has ranges.
  const range =
    request.method === 'GET' && rangeIsWanted(request, download)
      ? rangeOf(request.headers.range, download.size)
      : 'whole';
  if (range === 'unsatisfiable') {
    for (const name of ['Content-Type', 'Content-Disposition', 'ETag', 'Last-Modified', 'Repr-Digest']) {
      reply.removeHeader(name);
    }
    reply.header('Content-Range', `bytes */${download.size}`);
    throw fileErrors('range_not_satisfiable', { extra: { size: download.size } });
  }
  const span = range === 'whole' ? whole : range;
  reply.header('Content-Length', span.end - span.start);
  if (range !== 'whole') {
    reply.code(206).header('Content-Range', `bytes ${span.start}-${span.end - 1}/${download.size}`);
  }
  if (request.method === 'HEAD') return reply.send();

  if (span.end - span.start <= AT_ONCE_BYTES) return atOnce(reply, download.bytes(span));
  return stream(reply, download.read(span), watched);
}

/** Answers with an archive of a folder; when something in it cannot be read, the connection is cut. */
export async function sendZip(
  request: FastifyRequest,
  reply: FastifyReply,
  zip: FolderZip,
  watched: Watched,
): Promise<FastifyReply> {
  reply.headers(onlySaved(zip.name, 'application/zip'));
  if (request.method === 'HEAD') return reply.send();
  return stream(reply, zip.read(), watched);
}

/**
 * What a page takes by its type alone, whatever else the answer says: every name of JavaScript (WHATWG MIME Sniffing,
 * section 4.6) and style sheets. A page of ours that somebody got markup into must not be able to run an upload.
 */
const TAKEN_BY_PAGES = /(?:java|ecma|live)script|jscript|^text\/css$/;

function onlySaved(name: string, mediaType: string): Record<string, string> {
  return {
    'Content-Type': TAKEN_BY_PAGES.test(mediaType) ? 'application/octet-stream' : mediaType,
    'Content-Disposition': attachment(name),
    'Content-Security-Policy': "sandbox; default-src 'none'",
    'X-Content-Type-Options': 'nosniff',
    'Cache-Control': 'private, no-store',
  };
}

/** What is no larger than this is read whole and then sent: a stream takes longer than the rest of the request. */
const AT_ONCE_BYTES = 64 * 1024;

async function atOnce(reply: FastifyReply, content: Promise<Buffer>): Promise<FastifyReply> {
  return reply.send(
    await content.catch((error: unknown) => {
      throw asProblem(reply, error);
    }),
  );
}

async function stream(reply: FastifyReply, pieces: AsyncGenerator<Buffer>, watched: Watched): Promise<FastifyReply> {
  const first = await pieces.next().catch((error: unknown) => {
    throw asProblem(reply, error);
  });
  const watch = watched(() => reply.raw.destroy());
  // Of a reader who went meanwhile no end is told any more.
  if (reply.raw.destroyed) watch[Symbol.dispose]();
  else reply.raw.once('close', () => watch[Symbol.dispose]());
  return reply.send(Readable.from(startingWith(first, pieces), { objectMode: true, highWaterMark: 1 }));
}

/** Nothing was sent yet: what was said of the content is taken back, and the error is answered like any other. */
function asProblem(reply: FastifyReply, error: unknown): unknown {
  for (const name of Object.keys(reply.getHeaders())) reply.removeHeader(name);
  reply.code(200);
  return error;
}

/** RFC 9110 section 13.1: If-None-Match, and If-Modified-Since only in its absence. */
function isUnchanged(request: FastifyRequest, download: Download): boolean {
  const tags = request.headers['if-none-match'];
  if (tags !== undefined) {
    // Weak comparison (RFC 9110 section 13.1.2): the mark of a weak tag is passed over.
    const known = entityTags(tags.replaceAll('W/"', '"'));
    return known === '*' || (known?.includes(download.versionId) ?? false);
  }
  const since = request.headers['if-modified-since'];
  return since !== undefined && Date.parse(since) >= Math.floor(download.versionMs / 1000) * 1000;
}

/**
 * RFC 9110 section 13.1.5: a range is of use only if it is of the version that the client has the rest of. A date does not tell that: two
 * versions may be of one second.
 */
function rangeIsWanted(request: FastifyRequest, download: Download): boolean {
  const condition = request.headers['if-range'];
  return typeof condition !== 'string' || condition === `"${download.versionId}"`;
}

async function* startingWith(
  first: IteratorResult<Buffer, unknown>,
  rest: AsyncGenerator<Buffer>,
): AsyncGenerator<Buffer> {
  try {
    if (first.done) return;
    yield first.value;
    yield* rest;
  } finally {
    await rest.return(undefined);
  }
}
