/** A real FTP server: logins of an account, with a right and a wrong password, and of anybody. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ADDRESS } from '../labs/captured-wire.ts';
import { listens } from './listens.ts';

const PACKAGES = join(import.meta.dirname, '../../../../.services/login-servers/root/usr/lib/python3/dist-packages');
export const ftpPort = 2121;
export const FTP_SECRET = 'hunter2ftp';

export const missingForFtp = (): string[] =>
  [join(PACKAGES, 'pyftpdlib'), '/usr/bin/curl', '/usr/bin/python3'].filter((path) => !existsSync(path));

const SERVER = `
import sys
from pyftpdlib.authorizers import DummyAuthorizer
from pyftpdlib.handlers import FTPHandler
from pyftpdlib.servers import FTPServer
FTPHandler.authorizer = DummyAuthorizer()
FTPHandler.authorizer.add_user('ann', sys.argv[3], sys.argv[2])
FTPHandler.authorizer.add_anonymous(sys.argv[2])
FTPHandler.auth_failed_timeout = 0
FTPServer(('${ADDRESS}', int(sys.argv[1])), FTPHandler).serve_forever()
`;

export async function actFtp(folder: string): Promise<void> {
  const server = spawn('/usr/bin/python3', ['-W', 'ignore', '-c', SERVER, String(ftpPort), folder, FTP_SECRET], {
    ...{ stdio: 'ignore', env: { PATH: process.env['PATH'], PYTHONPATH: PACKAGES } },
  });
  const exited = once(server, 'exit');
  await listens(ftpPort);
  const curl = (...words: string[]): number | null =>
    spawnSync('/usr/bin/curl', ['-s', '-m', '20', ...words, `ftp://${ADDRESS}:${ftpPort}/`], { stdio: 'ignore' })
      .status;
  const outcomes = [curl('-u', `ann:${FTP_SECRET}`), curl('-u', 'ann:wrong'), curl('-u', 'nobody:wrong'), curl()];
  if (outcomes.join() !== '0,67,67,0') throw new Error(`curl ended with ${outcomes.join(', ')}`);
  server.kill('SIGKILL');
  await exited;
}
