/** A real PostgreSQL: logins that succeed and fail, with each way to ask for a password, and one over TLS. */
import { chmodSync, chownSync, copyFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { ADDRESS } from '../labs/captured-wire.ts';
import { listens } from './listens.ts';

const ROOT = join(import.meta.dirname, '../../../../.services/login-servers/root');
const FOLDER = '/run/postgresql-lab';
/** It refuses to be root. */
const nobody = { uid: 65_534, gid: 65_534 };
export const postgresqlPort = 5499;
export const POSTGRESQL_SECRET = 'hunter2postgres';

export const missingForPostgresql = (): string[] =>
  ['initdb', 'postgres', 'psql']
    .map((name) => join(ROOT, 'usr/lib/postgresql/15/bin', name))
    .filter((path) => !existsSync(path));

/** `/run` has to be of this namespace. */
export async function actPostgresql(certificate: readonly [string, string]): Promise<void> {
  const [data, root] = [join(FOLDER, 'data'), join(FOLDER, 'root')];
  for (const folder of [FOLDER, root]) mkdirSync(folder);
  chownSync(FOLDER, nobody.uid, nobody.gid);
  // Who is not root may not be let into the folders that the checkout lies in.
  execFileSync('mount', ['--bind', ROOT, root]);
  const bin = join(root, 'usr/lib/postgresql/15/bin');
  const words = ['-D', data, '-U', 'owner', '--no-sync', '--auth=trust', '--locale=C'];
  execFileSync(join(bin, 'initdb'), words, { ...nobody, stdio: 'ignore', cwd: FOLDER });
  for (const [from, name] of [
    [certificate[0], 'server.crt'],
    [certificate[1], 'server.key'],
  ] as const) {
    const own = join(data, name);
    copyFileSync(from, own);
    chmodSync(own, 0o600);
    chownSync(own, nobody.uid, nobody.gid);
  }
  const rules = ['local all all trust', 'hostssl all scram all scram-sha-256'];
  rules.push(
    ...[
      ['scram', 'scram-sha-256'],
      ['old', 'md5'],
      ['plain', 'password'],
      ['open', 'trust'],
    ].map(([user, way]) => `hostnossl all ${user} all ${way}`),
  );
  writeFileSync(join(data, 'pg_hba.conf'), `${rules.join('\n')}\n`);
  const settings = [
    `listen_addresses=${ADDRESS}`,
    `port=${postgresqlPort}`,
    `unix_socket_directories=${FOLDER}`,
    'ssl=on',
    'fsync=off',
    'dynamic_shared_memory_type=mmap',
  ];
  const server = spawn(join(bin, 'postgres'), ['-D', data, ...settings.flatMap((each) => ['-c', each])], {
    ...nobody,
    stdio: 'ignore',
    cwd: FOLDER,
  });
  const exited = once(server, 'exit');
  await listens(postgresqlPort);
  const psql = (host: string, user: string, env: NodeJS.ProcessEnv, sql = 'SELECT 1'): number | null =>
    spawnSync(
      join(bin, 'psql'),
      ['-X', '-w', '-h', host, '-p', String(postgresqlPort), '-U', user, '-d', 'postgres', '-c', sql],
      {
        ...{ stdio: 'ignore', timeout: 20_000 },
        env: { ...process.env, PGGSSENCMODE: 'disable', PGSSLMODE: 'disable', ...env },
      },
    ).status;
  const made = ['scram', 'plain', 'open'].map((name) => `CREATE USER ${name} PASSWORD '${POSTGRESQL_SECRET}';`);
  const old = `SET password_encryption = 'md5'; CREATE USER old PASSWORD '${POSTGRESQL_SECRET}';`;
  if (psql(FOLDER, 'owner', {}, [...made, old].join(' ')) !== 0) throw new Error('PostgreSQL made no users');
  const [right, wrong] = [{ PGPASSWORD: POSTGRESQL_SECRET }, { PGPASSWORD: 'wrong' }];
  const outcomes = [
    ...['scram', 'old', 'plain'].flatMap((user) => [psql(ADDRESS, user, right), psql(ADDRESS, user, wrong)]),
    psql(ADDRESS, 'open', {}),
    psql(ADDRESS, 'nobody', right),
    psql(ADDRESS, 'scram', { ...right, PGSSLMODE: 'require' }),
  ];
  if (outcomes.join() !== '0,2,0,2,0,2,0,2,0') throw new Error(`psql ended with ${outcomes.join(', ')}`);
  server.kill('SIGQUIT');
  await exited;
}
