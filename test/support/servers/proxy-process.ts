/** nginx and Caddy from Debian with the files of deploy/, in front of a server: ports and certificates are a test's, the rest is as it ships. */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../../..');
const PROGRAMS = {
  nginx: join(ROOT, '.services/nginx/root/usr/sbin/nginx'),
  caddy: join(ROOT, '.services/caddy/root/usr/bin/caddy'),
} as const;
export type ProxyName = keyof typeof PROGRAMS;
export const PROXIES = Object.keys(PROGRAMS) as readonly ProxyName[];

export interface Proxy extends AsyncDisposable {
  readonly url: string;
  /** Of the certificate that it is reached by. */
  readonly ca: string;
  /** Bytes that it keeps on the disk just now. */
  onDisk(): number;
}

/** For `test(name, { skip })`. Throws where services are required. */
export function withoutProxy(name: ProxyName): string | false {
  if (existsSync(PROGRAMS[name])) return false;
  const reason = `needs ${name}: npm run services:install -- ${name}`;
  if (process.env['HOLDFAST_SERVICES'] === 'required') throw new Error(reason);
  return reason;
}

/** Serves https://localhost:PORT from what listens at `upstream` (`127.0.0.1:8080`). */
export async function startProxy(name: ProxyName, port: number, plainPort: number, upstream: string): Promise<Proxy> {
  const folder = mkdtempSync(join(tmpdir(), `proxy-${name}-`));
  const [cert, key, work] = [join(folder, 'cert.pem'), join(folder, 'key.pem'), join(folder, 'work')];
  mkdirSync(work, { mode: 0o777 });
  execFileSync(
    'openssl',
    [
      ...[
        'req',
        '-x509',
        '-newkey',
        'ec',
        '-pkeyopt',
        'ec_paramgen_curve:P-256',
        '-nodes',
        '-days',
        '2',
        '-subj',
        '/CN=localhost',
      ],
      ...['-addext', 'subjectAltName=DNS:localhost', '-keyout', key, '-out', cert],
    ],
    { stdio: 'ignore' },
  );
  const child =
    name === 'nginx'
      ? startNginx({ folder, work, cert, key, port, plainPort, upstream })
      : startCaddy({ folder, work, cert, key, port, plainPort, upstream });
  let said = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (said += text));
  while (!(await answers(port))) {
    if (child.exitCode !== null) throw new Error(`${name} ended with ${child.exitCode}: ${said}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return {
    url: `https://localhost:${port}`,
    ca: readFileSync(cert, 'utf8'),
    onDisk: () => sizeOf(work),
    async [Symbol.asyncDispose]() {
      if (child.exitCode === null && child.kill('SIGTERM')) await once(child, 'exit');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

interface Start {
  readonly folder: string;
  readonly work: string;
  readonly cert: string;
  readonly key: string;
  readonly port: number;
  readonly plainPort: number;
  readonly upstream: string;
}

function startNginx({ folder, work, cert, key, port, plainPort, upstream }: Start): ChildProcess {
  const shipped = readFileSync(join(ROOT, 'deploy/nginx/holdfast.conf'), 'utf8');
  const site = [
    ['server 127.0.0.1:8080;', `server ${upstream};`],
    ['listen 443 ssl http2;', `listen 127.0.0.1:${port} ssl http2;`],
    ['listen 80;', `listen 127.0.0.1:${plainPort};`],
    ['/etc/letsencrypt/live/files.example.org/fullchain.pem', cert],
    ['/etc/letsencrypt/live/files.example.org/privkey.pem', key],
    ['server_name files.example.org;', 'server_name localhost;'],
  ].reduce((text, [from = '', to = '']) => {
    if (!text.includes(from)) throw new Error(`deploy/nginx/holdfast.conf has no “${from}”`);
    return text.replaceAll(from, to);
  }, shipped);
  const file = join(folder, 'nginx.conf');
  const places = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (each) => `${each}_temp_path ${join(work, each)};`,
  );
  writeFileSync(
    file,
    `daemon off; pid ${join(folder, 'pid')}; error_log stderr warn; ${process.getuid?.() === 0 ? 'user root;' : ''}
events { worker_connections 256; }
http { access_log off; ${places.join(' ')}
${site}
}
`,
  );
  return spawn(PROGRAMS.nginx, ['-c', file, '-p', folder, '-e', 'stderr'], { stdio: ['ignore', 'ignore', 'pipe'] });
}

function startCaddy({ folder, work, cert, key, port, plainPort, upstream }: Start): ChildProcess {
  const shipped = readFileSync(join(ROOT, 'deploy/caddy/Caddyfile'), 'utf8');
  const site = shipped.replace('\treverse_proxy', `\ttls ${cert} ${key}\n\treverse_proxy`);
  const file = join(folder, 'Caddyfile');
  // Its own authority would be put among those that this machine trusts.
  writeFileSync(
    file,
    `{\n\tadmin off\n\tskip_install_trust\n\thttp_port ${plainPort}\n\tauto_https disable_redirects\n}\n${site}`,
  );
  const env = {
    ...{ PATH: process.env['PATH'], HOME: work, XDG_DATA_HOME: work, XDG_CONFIG_HOME: work, TMPDIR: work },
    ...{ HOLDFAST_DOMAIN: `https://localhost:${port}`, HOLDFAST_UPSTREAM: upstream },
  };
  return spawn(PROGRAMS.caddy, ['run', '--config', file, '--adapter', 'caddyfile'], {
    env,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
}

async function answers(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

function sizeOf(folder: string): number {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => {
      try {
        return sum + readFileSync(join(entry.parentPath, entry.name)).length;
      } catch {
        // Gone meanwhile.
        return sum;
      }
    }, 0);
}
