/**
 * Gives out the built web app: one page under every address of people, and its files, whose names change with what is
 * in them. Only what the build made can be asked for, by exact name: an address is looked up in a list and never
 * becomes a path.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { randomBytes } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { serverErrors } from '../errors.ts';
import { sessionCookieOf } from '../../accounts/index.ts';
import { sendHomePage } from './home-page.ts';

/** The page stands for an address below these in no case: programs are told 404 there. */
const OF_PROGRAMS = /^\/(?:api|assets)(?:\/|$)/;
/** Stands in the built page where each answer gets its own. */
const NONCE_PLACE = /__HOLDFAST_NONCE__/g;
/** Stands where the page is told whether its browser holds a session, worth something or not. */
const SESSION_PLACE = '__HOLDFAST_SESSION__';

const mediaTypes: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
};

/**
 * Their names stay: a browser knows an installed app by them. Of the service worker the address is also its reach, and a
 * browser that has one looks here for a newer.
 */
const FIXED = [
  'service-worker.js',
  'holdfast.webmanifest',
  'icon-192.png',
  'icon-512.png',
  'icon-maskable-512.png',
  'badge-96.png',
] as const;

/** Written beside each file by the build, best first. */
const encodings = [
  { name: 'br', suffix: '.br' },
  { name: 'gzip', suffix: '.gz' },
] as const;

interface BuiltApp {
  readonly page: string;
  /** Under the name in the address; the name of its compressed form has the suffix of that. */
  readonly assets: ReadonlyMap<string, Buffer>;
  readonly fixed: ReadonlyMap<string, Buffer>;
}

export interface WebAppRoutes {
  /** The page for an address that no route has, if a person asks for one; else `null`. */
  readonly deepLink: (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply | null>;
}

/** `folder`: what `npm run build` made, looked at when the first person comes; `null` or not there: no web app. */
export function addWebApp(app: FastifyInstance, folder: string | null, origin: () => string): WebAppRoutes {
  let built: BuiltApp | null = null;
  // Once found it is held as a whole, so that page and files stay of one build.
  const find = async (): Promise<BuiltApp | null> => (built ??= folder === null ? null : await readBuilt(folder));
  const open = { config: { access: 'public' }, schema: { hide: true } } as const;

  app.get('/', open, async (request, reply) => {
    const web = await find();
    return web ? sendPage(request, reply, web) : sendHomePage(reply, origin());
  });

  app.get<{ Params: { name: string } }>('/assets/:name', open, async (request, reply) => {
    const { name } = request.params;
    const plain = (await find())?.assets.get(name);
    const type = mediaTypes[extname(name)];
    if (!plain || type === undefined) throw serverErrors('route_not_found');
    const encoding = encodings.find((each) => takes(request, each.name) && built?.assets.has(name + each.suffix));
    if (encoding) reply.header('Content-Encoding', encoding.name);
    return reply
      .header('Content-Type', type)
      .header('Vary', 'Accept-Encoding')
      .header('Cache-Control', 'public, max-age=31536000, immutable')
      .send(encoding ? built?.assets.get(name + encoding.suffix) : plain);
  });

  for (const name of FIXED) {
    app.get(`/${name}`, open, async (_request, reply) => {
      const bytes = (await find())?.fixed.get(name);
      if (!bytes) throw serverErrors('route_not_found');
      return reply
        .header('Content-Type', mediaTypes[extname(name)])
        .header('Cache-Control', 'no-cache')
        .header('Content-Security-Policy', WORKER_POLICY)
        .send(bytes);
    });
  }

  return {
    async deepLink(request, reply) {
      if (request.method !== 'GET' && request.method !== 'HEAD') return null;
      if (OF_PROGRAMS.test(request.url) || !request.headers.accept?.includes('text/html')) return null;
      const web = await find();
      return web ? sendPage(request, reply, web) : null;
    },
  };
}

/** `null` when there is no app, or one that is just being built. */
async function readBuilt(folder: string): Promise<BuiltApp | null> {
  try {
    const page = await readFile(join(folder, 'index.html'), 'utf8');
    const names = await readdir(join(folder, 'assets'));
    const read = async (name: string) => [name, await readFile(join(folder, 'assets', name))] as const;
    const present = new Set(await readdir(folder));
    const fixed = FIXED.filter((name) => present.has(name)).map(
      async (name) => [name, await readFile(join(folder, name))] as const,
    );
    return { page, assets: new Map(await Promise.all(names.map(read))), fixed: new Map(await Promise.all(fixed)) };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/** RFC 9110 section 12.5.3, as far as browsers use it; a weight of zero refuses. */
function takes(request: FastifyRequest, encoding: string): boolean {
  const given = String(request.headers['accept-encoding'] ?? '').toLowerCase();
  return given.split(',').some((each) => {
    const [name, weight = ''] = each.split(';').map((part) => part.trim());
    return name === encoding && !/^q=0(\.0*)?$/.test(weight);
  });
}

/** A worker is under the policy of its own answer: this one asks the server what is new, and shows our icons with it. */
const WORKER_POLICY = "default-src 'none'; connect-src 'self'; img-src 'self'";

/**
 * Nothing runs or loads but our own files. Style tags that the components write carry the nonce of this one answer;
 * `data:` and `blob:` pictures are drawn by the app itself.
 */
function policy(nonce: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data: blob:",
    "font-src 'self'",
    "connect-src 'self'",
    // A PDF that somebody looks at, made by the app of bytes that begin as one.
    'frame-src blob:',
    "manifest-src 'self'",
    "worker-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

function sendPage(request: FastifyRequest, reply: FastifyReply, { page }: BuiltApp): FastifyReply {
  const nonce = randomBytes(18).toString('base64');
  return reply
    .code(200)
    .header('Content-Security-Policy', policy(nonce))
    .header('Cross-Origin-Opener-Policy', 'same-origin')
    .header('Permissions-Policy', 'camera=(), geolocation=(), microphone=(), payment=(), usb=()')
    .header('Content-Type', 'text/html; charset=utf-8')
    .send(page.replaceAll(NONCE_PLACE, nonce).replace(SESSION_PLACE, sessionCookieOf(request) === null ? 'no' : 'yes'));
}
