/** A real Dovecot and a real aiosmtpd: mailboxes are opened and letters handed in, with right and with wrong passwords. */
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ADDRESS } from '../labs/captured-wire.ts';
import { listens } from './listens.ts';

const ROOT = join(import.meta.dirname, '../../../../.services/login-servers/root');
const FOLDER = '/run/dovecot-lab';
export const mailPorts = { imap: 1143, pop3: 1110, smtp: 1025 } as const;
export const MAIL_SECRET = 'hunter2mail';

export const missingForMail = (): string[] =>
  [join(ROOT, 'usr/sbin/dovecot'), '/usr/bin/curl', '/usr/bin/python3'].filter((path) => !existsSync(path));

const SMTP = `
import sys, time
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Sink
from aiosmtpd.smtp import AuthResult
def authenticate(server, session, envelope, mechanism, data):
    return AuthResult(success=(data.login, data.password) == (b'ann', sys.argv[2].encode()), handled=False)
Controller(Sink(), hostname='${ADDRESS}', port=int(sys.argv[1]), authenticator=authenticate, auth_require_tls=False).start()
time.sleep(600)
`;

/** The commands of IMAP and POP3 themselves, which curl does not use. Python's clients do. */
const OWN_COMMANDS = `
import imaplib, poplib, sys
def imap():
    imaplib.IMAP4('${ADDRESS}', int(sys.argv[1])).login('ann', sys.argv[3])
def pop3():
    client = poplib.POP3('${ADDRESS}', int(sys.argv[2]))
    client.user('ann')
    client.pass_(sys.argv[3])
refused = 0
for act in imap, pop3:
    try:
        act()
    except (imaplib.IMAP4.error, poplib.error_proto):
        refused += 1
sys.exit(refused // 2)
`;

/** `/run` has to be of this namespace. */
export async function actMail(certificate: readonly [string, string]): Promise<void> {
  mkdirSync(FOLDER);
  // Where its programs look for each other is built into them.
  execFileSync('mount', ['-t', 'overlay', 'overlay', '-o', `lowerdir=${ROOT}/usr:/usr`, '/usr']);
  writeFileSync(join(FOLDER, 'users'), `ann:{PLAIN}${MAIL_SECRET}:65534:65534::/run/dovecot-lab/ann::\n`);
  const listener = (name: string, port: number): string =>
    `service ${name}-login {\n inet_listener ${name} {\n address = ${ADDRESS}\n port = ${port}\n }\n inet_listener ${name}s {\n port = 0\n }\n}\n`;
  writeFileSync(
    join(FOLDER, 'dovecot.conf'),
    `base_dir = ${FOLDER}/base
protocols = imap pop3
listen = ${ADDRESS}
log_path = ${FOLDER}/log
mail_location = maildir:${FOLDER}/ann
default_internal_user = nobody
default_login_user = daemon
default_internal_group = nogroup
first_valid_uid = 1
ssl = yes
ssl_cert = <${certificate[0]}
ssl_key = <${certificate[1]}
disable_plaintext_auth = no
auth_mechanisms = plain login cram-md5
auth_failure_delay = 0
auth_policy_server_url =
passdb {
 driver = passwd-file
 args = ${FOLDER}/users
}
userdb {
 driver = passwd-file
 args = ${FOLDER}/users
}
service stats {
 chroot =
}
${listener('imap', mailPorts.imap)}${listener('pop3', mailPorts.pop3)}`,
  );
  mkdirSync(join(FOLDER, 'ann'));
  execFileSync('chown', ['nobody', join(FOLDER, 'ann')]);
  const dovecot = spawn('/usr/sbin/dovecot', ['-F', '-c', join(FOLDER, 'dovecot.conf')], { stdio: 'ignore' });
  const aiosmtpd = spawn('/usr/bin/python3', ['-c', SMTP, String(mailPorts.smtp), MAIL_SECRET], { stdio: 'ignore' });
  const exited = [once(dovecot, 'exit'), once(aiosmtpd, 'exit')];
  for (const port of Object.values(mailPorts)) await listens(port);
  const letter = join(FOLDER, 'letter');
  writeFileSync(letter, 'From: ann@lab.example\r\nSubject: AUTH PLAIN\r\n\r\nAUTH LOGIN\r\n');
  const curl = (protocol: keyof typeof mailPorts, password: string, ...words: string[]): number | null =>
    spawnSync(
      '/usr/bin/curl',
      ['-s', '-m', '20', '-u', `ann:${password}`, ...words, `${protocol}://${ADDRESS}:${mailPorts[protocol]}/`],
      { stdio: 'ignore' },
    ).status;
  const send = ['--mail-from', 'ann@lab.example', '--mail-rcpt', 'ben@lab.example', '-T', letter];
  const each = (protocol: keyof typeof mailPorts, mechanisms: readonly string[], ...words: string[]) =>
    mechanisms.flatMap((mechanism) =>
      [MAIL_SECRET, 'wrong'].map((password) =>
        curl(protocol, password, '--login-options', `AUTH=${mechanism}`, ...words),
      ),
    );
  const outcomes = [
    ...each('imap', ['PLAIN', 'LOGIN', 'CRAM-MD5']),
    ...each('pop3', ['PLAIN', 'CRAM-MD5']),
    ...each('smtp', ['PLAIN', 'LOGIN'], ...send),
    ...[MAIL_SECRET, 'wrong'].map(
      (password) =>
        spawnSync('/usr/bin/python3', ['-c', OWN_COMMANDS, String(mailPorts.imap), String(mailPorts.pop3), password], {
          stdio: 'ignore',
        }).status,
    ),
    ...(['imap', 'pop3'] as const).map((protocol) => curl(protocol, MAIL_SECRET, '--ssl-reqd', '-k')),
  ];
  if (outcomes.join() !== '0,67,0,67,0,67,0,67,0,67,0,67,0,67,0,1,0,0')
    throw new Error(`clients ended with ${outcomes.join(', ')}`);
  dovecot.kill();
  aiosmtpd.kill('SIGKILL');
  await Promise.all(exited);
}
