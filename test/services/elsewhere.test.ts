/** A server anywhere else: the image, the compose file and the unit, as far as this machine can hold them against something. */
import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chownSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { freePort } from '../support/servers/process.ts';

const ROOT = join(import.meta.dirname, '../..');
const DOCKERFILE = join(ROOT, 'deploy/docker/Dockerfile');
const HADOLINT = join(ROOT, '.services/hadolint/bin/hadolint');
const PYTHON = join(ROOT, '.services/moto/bin/python');
const UNITS = join(ROOT, 'deploy/systemd');
const folder = mkdtempSync(join(tmpdir(), 'elsewhere-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const needs = (path: string, part: string): string | false => {
  if (existsSync(path)) return false;
  const reason = `needs ${part}: npm run services:install -- ${part}`;
  if (process.env['HOLDFAST_SERVICES'] === 'required') throw new Error(reason);
  return reason;
};

test('hadolint finds nothing in the Dockerfile', { skip: needs(HADOLINT, 'hadolint') }, () => {
  execFileSync(HADOLINT, [DOCKERFILE], { encoding: 'utf8' });
});

interface Service {
  readonly read_only?: boolean;
  readonly cap_drop?: readonly string[];
  readonly security_opt?: readonly string[];
  readonly ports?: readonly string[];
  readonly networks: Readonly<Record<string, { ipv4_address?: string } | null>> | readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

test(
  'of the compose file Caddy alone is reached, on this machine alone, and trusted alone',
  { skip: needs(PYTHON, 'moto') },
  () => {
    const script = 'import json,sys,yaml; print(json.dumps(yaml.safe_load(open(sys.argv[1]))))';
    const text = execFileSync(PYTHON, ['-c', script, join(ROOT, 'deploy/docker/compose.yaml')], { encoding: 'utf8' });
    const { services, networks } = JSON.parse(text) as {
      services: Record<string, Service>;
      networks: Record<string, { internal?: boolean }>;
    };
    const published = Object.entries(services).filter(([, { ports }]) => ports !== undefined);
    assert.deepEqual(
      published.map(([name]) => name),
      ['caddy'],
    );
    for (const port of published[0]?.[1].ports ?? []) assert.match(port, /^\$\{HOLDFAST_BIND:-127\.0\.0\.1\}:/);
    const { caddy, holdfast, s3, buckets } = services;
    const address = caddy && !Array.isArray(caddy.networks) ? caddy.networks['front' as never] : null;
    assert.equal(
      holdfast?.environment?.['HOLDFAST_TRUSTED_PROXIES'],
      (address as { ipv4_address?: string } | null)?.ipv4_address,
    );
    assert.deepEqual([s3?.networks, buckets?.networks], [['back'], ['back']]);
    assert.equal(networks['back']?.internal, true);
    assert.equal(holdfast?.read_only, true);
    assert.deepEqual(holdfast?.cap_drop, ['ALL']);
    for (const service of Object.values(services)) assert.deepEqual(service.security_opt, ['no-new-privileges:true']);
  },
);

/** As the last stage of the Dockerfile has it: what the build stage lays under /image, and the libraries that Node needs. */
function imageRoot(): string {
  const root = join(folder, 'image');
  for (const path of ['opt/holdfast/bin', 'data', 'tmp', 'proc', 'dev', 'etc'])
    mkdirSync(join(root, path), { recursive: true });
  cpSync(join(ROOT, 'dist'), join(root, 'opt/holdfast/dist'), { recursive: true });
  cpSync(join(ROOT, 'deploy/docker/healthy.mjs'), join(root, 'opt/holdfast/healthy.mjs'));
  copyFileSync(process.execPath, join(root, 'opt/holdfast/bin/node'));
  const needed = execFileSync('ldd', [process.execPath], { encoding: 'utf8' });
  for (const [, path = ''] of needed.matchAll(/(?:=> )?(\/\S+) \(0x/g)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    copyFileSync(path, join(root, path));
  }
  chownSync(join(root, 'data'), 65532, 65532);
  return root;
}

test(
  'what is in the image serves without root, without a shell, from a root that cannot be written',
  { skip: process.getuid?.() !== 0 && 'needs root, for a root of its own' },
  async () => {
    const dockerfile = readFileSync(DOCKERFILE, 'utf8');
    const entry = JSON.parse(/^ENTRYPOINT (.+)$/m.exec(dockerfile)?.[1] ?? '[]') as string[];
    const healthy = JSON.parse(/^ *CMD (\[.*healthy.*)$/m.exec(dockerfile)?.[1] ?? '[]') as string[];
    const settings = [...dockerfile.matchAll(/^(?:ENV| {3}) ([A-Z_]+=\S+)/gm)].map(([, pair = '']) => pair);
    assert.equal(settings.length, 4);
    const root = imageRoot();
    const inside = (...command: readonly string[]): readonly string[] => [
      ...['-m', '--propagation', 'private', 'bash', '-c'],
      `set -e; mount --bind "$0" "$0"; mount --rbind /dev "$0/dev"; mount -t proc proc "$0/proc"
      mount --bind "$0/data" "$0/data"; mount -t tmpfs -o mode=1777 tmpfs "$0/tmp"; mount -o remount,ro,bind "$0" "$0"
      exec chroot --userspec=65532:65532 "$0" "$@"`,
      ...[root, ...command],
    ];
    const env = (more: readonly string[]): NodeJS.ProcessEnv => ({
      ...{ PATH: process.env['PATH'] },
      ...Object.fromEntries(
        [...settings, 'HOLDFAST_CHAT_LINE_PORT=0', ...more].map((pair) => pair.split(/=(.*)/s).slice(0, 2)),
      ),
    });
    // Nothing in front and no certificate: it does not serve in clear.
    const refused = spawnSync('unshare', inside(...entry, 'serve'), { env: env([]), encoding: 'utf8' });
    assert.notEqual(refused.status, 0);
    assert.match(refused.stderr, /HOLDFAST_TRUSTED_PROXIES/);

    const port = await freePort();
    const served = env([
      'HOLDFAST_TLS=self-made',
      `HOLDFAST_PORT=${port}`,
      `HOLDFAST_PUBLIC_URL=https://localhost:${port}`,
    ]);
    const server = spawn('unshare', inside(...entry, 'serve'), { env: served, stdio: ['ignore', 'pipe', 'pipe'] });
    try {
      let said = '';
      for (const stream of [server.stdout, server.stderr])
        stream.setEncoding('utf8').on('data', (text: string) => (said += text));
      while (!said.includes('is ready')) {
        assert.equal(server.exitCode, null, said);
        await Promise.race([once(server.stdout, 'data'), once(server, 'close')]);
      }
      const check = () => spawnSync('unshare', inside(...healthy), { env: served, encoding: 'utf8' }).status;
      assert.equal(check(), 0);
      const who = readFileSync(`/proc/${server.pid}/status`, 'utf8');
      assert.match(who, /^Uid:\t65532\t65532/m);
      assert.match(who, /^CapEff:\t0+$/m);
      const written = spawnSync(
        'unshare',
        inside(healthy[0] ?? '', '-e', "require('fs').writeFileSync('/opt/x', '')"),
        { encoding: 'utf8' },
      );
      assert.match(written.stderr, /EROFS|EACCES/);
      server.kill('SIGTERM');
      await once(server, 'close');
      assert.equal(check(), 1, 'a server that is gone is not healthy');
    } finally {
      server.kill('SIGKILL');
    }
  },
);

/** Each unit, and the exposure that `systemd-analyze security` reckons at most; the agent has to read all of a host. */
const EXPOSURE: Readonly<Record<string, number>> = { 'holdfast.service': 1.6, 'holdfast-agent.service': 6.5 };
const withoutSystemd = needs('/usr/bin/systemd-analyze', 'systemd');

test('systemd understands the units, and finds them hardened', { skip: withoutSystemd }, () => {
  for (const [unit, most] of Object.entries(EXPOSURE)) {
    // It looks for the program, which is not installed here.
    const path = join(folder, unit);
    writeFileSync(path, readFileSync(join(UNITS, unit), 'utf8').replaceAll('/usr/local/bin/holdfast', '/bin/true'));
    const { stderr, status } = spawnSync('systemd-analyze', ['verify', '--man=no', path], { encoding: 'utf8' });
    assert.equal(status, 0, stderr);
    assert.doesNotMatch(stderr, new RegExp(`${unit}:`), stderr);
    const said = execFileSync('systemd-analyze', ['security', '--offline=true', '--threshold=100', path], {
      encoding: 'utf8',
    });
    const level = Number(/Overall exposure level for \S+: ([\d.]+)/.exec(said)?.[1]);
    assert.ok(level <= most, `${unit}: ${level}`);
  }
});
