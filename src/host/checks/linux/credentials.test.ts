import assert from 'node:assert/strict';
import { symlinkSync } from 'node:fs';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { test } from 'node:test';
import { failed, words } from '../../../../test/support/hosts/verdicts.ts';
import { scratchHost, type ScratchHost } from '../../../../test/support/hosts/scratch-host.ts';
import { freePort } from '../../../../test/support/servers/process.ts';

/** Made of pieces, so that no search for leaked keys stops at this file. The account of the id is 029608264753. */
const KEY_ID = ['ASIA', 'QNZGKIQY56JQ7WML'].join('');
const SECRET = ['k3Fz9QmT1xWv7LbRd2Yc', 'N8aHsUe5GjPq0tKoViXB'].join('');
const PRIVATE_KEY = ['PRIVATE', 'KEY'].join(' ');
const PRINT = '[0-9a-f]{12}';

function host(): ScratchHost {
  const made = scratchHost();
  made.file('etc/passwd', 'root:x:0:0::/root:/bin/bash\nann:x:1000:1000::/home/ann:/bin/bash\n');
  made.owns();
  return made;
}

/** Writes files and says that the walk met them. */
function walked(h: ScratchHost, list: string, files: Readonly<Record<string, string>>, mode = 0o600): void {
  h.records(
    `files/${list}`,
    Object.entries(files).map(([path, text]) => [mode.toString(8), 0, 0, text.length, 1, 1, h.file(path, text, mode)]),
  );
}

/** Compares with patterns, since prints are keyed; and no secret may be in any of it. */
function told(lines: readonly string[], patterns: readonly RegExp[]): void {
  assert.equal(lines.length, patterns.length, lines.join('\n'));
  for (const [index, pattern] of patterns.entries()) assert.match(lines[index] ?? '', pattern);
  for (const line of lines)
    assert.ok(![SECRET, SECRET.slice(0, 12), 'hunter2'].some((each) => line.includes(each)), line);
}

test('CRD-01: a key of AWS is told with its account and no secret, whether its parts are named or only stand together', async () => {
  using h = host();
  walked(h, 'credential-candidates', {
    'srv/named\n\u001b[31m.env': `AWS_ACCESS_KEY_ID=${KEY_ID}\nAWS_SECRET_ACCESS_KEY="${SECRET}"\n`,
    'srv/bare.txt': `${KEY_ID}\n\n${SECRET}\n`,
    'srv/alone.yml': `secretAccessKey: ${SECRET}\n`,
    'home/ann/.aws/credentials': `[default]\naws_access_key_id = ${KEY_ID}\naws_secret_access_key = ${SECRET}\n`,
  });
  const key = `AWS access key of account 029608264753 in line`;
  told(failed(await h.detect('CRD-01')), [
    new RegExp(`^high /srv/alone.yml: AWS secret access key in line 1 \\(${PRINT}\\)$`),
    new RegExp(`^high /srv/bare.txt: ${key} 3 \\(${PRINT}\\)$`),
    new RegExp(`^high /srv/named\n\\u001b\\[31m.env: ${key} 2 \\(${PRINT}\\)$`),
    new RegExp(`^low /home/ann/.aws/credentials: ${key} 3 \\(${PRINT}\\)$`),
  ]);
});

test('CRD-01: examples, templates, hashes, ids without a secret, packaged files and fixtures of libraries are no leaks', async () => {
  using h = host();
  walked(h, 'credential-candidates', {
    'srv/doc.md.txt': 'AKIAIOSFODNN7EXAMPLE wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY\n',
    'srv/template.yml': 'url: postgres://app:${DB_PASSWORD}@db/x\nsecret_key: "{{ aws_secret }}"\nkey: <your-key>\n',
    'srv/hash.txt': `${KEY_ID}\nda39a3ee5e6b4b0d3255bfef95601890afd80709\n`,
    'srv/far.txt': `${KEY_ID}${'\n'.repeat(40)}${SECRET}\n`,
    'srv/id.tf': `access_key = "${KEY_ID}"\n`,
    'srv/dev.env': 'DATABASE_URL=postgres://postgres:postgres@localhost/dev\n',
    'srv/app/node_modules/x/test.json': `{"secretAccessKey": "${SECRET}"}`,
    'etc/packaged.conf': `secretAccessKey=${SECRET}\n`,
  });
  h.owns('/etc/packaged.conf');
  assert.deepEqual(failed(await h.detect('CRD-01')), []);
});

test('CRD-01: keys of Google and Azure, private keys, addresses of databases and the usual tokens are each told by name', async () => {
  using h = host();
  // As though by chance, and the same each time: chance itself may spell what stands in place of a secret, such as “dummy”.
  const word = (length: number) =>
    Array.from(
      { length },
      (_, at) => 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ23456789'[(at * 37 + length) % 60],
    ).join('');
  const samples: Readonly<Record<string, string>> = {
    'Google Cloud service account key': `{"type": "service_account", "private_key": "-----BEGIN ${PRIVATE_KEY}-----\\n${word(48)}"}`,
    'Google API key': `key=AIza${word(35)}`,
    'Azure storage account key': `AccountName=a;AccountKey=${word(86)}==;EndpointSuffix=x`,
    'Azure shared access signature': `https://a.blob/x?sv=2024-11-04&se=2030&sig=${word(43)}%3D`,
    'Azure client secret': `secret: ${word(3)}8Q~${word(34)}`,
    'private key': `-----BEGIN RSA ${PRIVATE_KEY}-----\n${word(64)}`,
    'database address with a password': 'DATABASE_URL=mysql://app:hunter2-of-ann@db.internal/x',
    'GitHub token': `token ghp_${word(36)}`,
    'GitLab token': `glpat-${word(20)}`,
    'Slack token': `xoxb-471190283475-${word(24)}`,
    'Stripe key': `sk_live_${word(24)}`,
    'npm token': `//registry/:_authToken=npm_${word(36)}`,
    'Telegram bot token': `bot 712345678:AA${word(33)}`,
  };
  walked(
    h,
    'credential-candidates',
    Object.fromEntries(
      Object.entries(samples).map(([kind, text]) => [`opt/${kind.replaceAll(' ', '-')}.txt`, `\n${text}\n`]),
    ),
    0o644,
  );
  told(
    failed(await h.detect('CRD-01')),
    Object.keys(samples)
      .toSorted((a, b) => (a.replaceAll(' ', '-') < b.replaceAll(' ', '-') ? -1 : 1))
      .map((kind) => new RegExp(`: ${kind} in line 2 \\(${PRINT}\\), and everybody can read it$`)),
  );
});

test('CRD-01: many secrets of one file are one finding, and a file is named once however often the walk met it', async () => {
  using h = host();
  const text = Array.from(
    { length: 9 },
    (_, at) => `ghp_${String.fromCodePoint(97 + at)}${'AbCdEf1'.repeat(5)}\n`,
  ).join('');
  walked(h, 'credential-candidates', { 'srv/x.env': text });
  told(failed(await h.detect('CRD-01')), [
    /^high \/srv\/x.env: (GitHub token in line [123] \([0-9a-f]{12}\),? ?){3}and 6 more$/,
  ]);
});

test('CRD-01: a file that is too large to be read is named, unless a package or one of a language brought it', async () => {
  using h = host();
  walked(h, 'credential-candidates', {});
  walked(h, 'credentials-too-large', { 'srv/x.tfstate': '', 'srv/vendor/x.env': '', 'etc/credentials.db': '' });
  h.owns('/etc/credentials.db');
  assert.deepEqual((await h.detect('CRD-01')).verdicts, [
    { verdict: 'unknown', resource: '/srv/x.tfstate', reason: 'it is larger than 1 MiB and was not read' },
  ]);
});

test('CRD-02: credentials that others can read are found and closed; a closed folder above softens it', async () => {
  using h = host();
  h.folder('home/ann', 0o755);
  h.folder('root', 0o700);
  h.file('home/ann/.aws/credentials', 'x', 0o600);
  h.file('home/ann/.docker/config.json', '{"auths": {}}', 0o644);
  h.folder('home/ann/.aws', 0o755);
  h.file('home/ann/dotfiles/netrc', 'machine x password y\n', 0o600);
  symlinkSync('dotfiles/netrc', `${h.root}/home/ann/.netrc`);
  assert.deepEqual(words(await h.detect('CRD-02')), ['pass']);
  h.file('home/ann/.aws/credentials', 'x', 0o644);
  h.file('home/ann/.pgpass', 'x', 0o640);
  h.file('home/ann/.docker/config.json', '{"auths": {"r": {"auth": "eA=="}}}', 0o604);
  h.folder('home/ann/.docker', 0o755);
  h.file('root/.my.cnf', '[client]\npassword=x\n', 0o644);
  assert.deepEqual(failed(await h.detect('CRD-02')), [
    '- /home/ann/.aws/credentials: everybody can read or change it (mode 644)',
    '- /home/ann/.docker/config.json: everybody can read or change it (mode 604)',
    'low /root/.my.cnf: its mode is 644; only that of /root keeps others out',
    'medium /home/ann/.pgpass: its group can read or change it (mode 640)',
  ]);
  assert.deepEqual((await h.fix('CRD-02', '/root/.my.cnf')).wanted, [
    { operation: 'set_mode', words: [`${h.root}/root/.my.cnf`, '0600'] },
  ]);
});

test('CRD-03: secrets on command lines, in environments and in units are found', async () => {
  using h = host();
  const row = (pid: number, exe: string, line: string) => [pid, 1, 0, 0, 1, 0, 0, 'S', 'x', exe, 0, '/', 0, line];
  h.records('processes', [
    row(11, '/usr/bin/mysqldump', 'mysqldump -u root -phunter2-of-ann shop'),
    row(12, '/usr/bin/mysqldump', 'mysqldump -u root -pxxxxxxxxxx shop'),
    row(13, '/usr/bin/node', 'node server.js --port 80'),
    row(14, '/usr/bin/psql', 'psql postgres://app:hunter2-of-ann@db/x'),
    row(15, '/usr/bin/worker', 'worker'),
  ]);
  // As it writes a title of its own there, without any name before =.
  h.file('proc/15/environ', 'postgres://app:hunter2-of-ann@db/x?sslmode=off\0');
  h.file('proc/13/environ', `PATH=/bin\0AWS_SECRET_ACCESS_KEY=${SECRET}\0LAST=1\0`);
  h.file('etc/systemd/system/a.service', '[Service]\nEnvironment=PGPASSWORD=hunter2-of-ann\n', 0o644);
  h.file('usr/local/lib/systemd/system/b.service', '[Service]\nEnvironment=PGPASSWORD=hunter2-of-ann\n', 0o600);
  h.file('etc/systemd/system/ok.service', '[Service]\nEnvironmentFile=/etc/ok.env\n', 0o644);
  told(failed(await h.detect('CRD-03')), [
    new RegExp(
      `^high /etc/systemd/system/a.service:${PRINT}: password of a database in line 2 \\(mode 644, ${PRINT}\\)$`,
    ),
    new RegExp(
      `^high process:/usr/bin/mysqldump:${PRINT}: password of a database on its command line, .* \\(pid 11, ${PRINT}\\)$`,
    ),
    new RegExp(`^high process:/usr/bin/psql:${PRINT}: database address with a password on its command line`),
    new RegExp(`^medium /usr/local/lib/systemd/system/b.service:${PRINT}: password of a database in line 2`),
    new RegExp(
      `^medium process:/usr/bin/node:${PRINT}: AWS secret access key in its environment, as AWS_SECRET_ACCESS_KEY`,
    ),
    new RegExp(
      `^medium process:/usr/bin/worker:${PRINT}: database address with a password in its environment \\(pid 15, ${PRINT}\\)$`,
    ),
  ]);
});

test('CRD-04: secrets that were typed are found in histories, by line', async () => {
  using h = host();
  h.file('home/ann/.bash_history', 'ls\nmysql -u root -p\ncurl https://x/y\naws s3 ls\ngit commit -m "user: x"\n');
  assert.deepEqual(words(await h.detect('CRD-04')), ['pass']);
  h.file('root/.bash_history', `ls\nexport AWS_SECRET_ACCESS_KEY=${SECRET}\nsshpass -p hunter2-of-ann ssh x\n`);
  h.file('home/ann/.zsh_history', ': 1:0;aws configure set aws_secret_access_key ' + SECRET + '\n');
  told(failed(await h.detect('CRD-04')), [
    new RegExp(`^- /home/ann/.zsh_history: AWS secret access key in line 1 \\(${PRINT}\\)$`),
    new RegExp(
      `^- /root/.bash_history: AWS secret access key in line 2 \\(${PRINT}\\), password of a login in line 3 \\(${PRINT}\\)$`,
    ),
  ]);
});

test('CRD-05: a private key that others can read is found, and one of a person without a passphrase', async () => {
  using h = host();
  const begin = (kind: string) => `-----BEGIN ${kind}${PRIVATE_KEY}-----\n`;
  const bare = 'b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAAAMwAAAAtzc2gtZW';
  const locked = 'b3BlbnNzaC1rZXktdjEAAAAACmFlczI1Ni1jdHIAAAAGYmNyeXB0AAAAGAAAABDM5g';
  walked(h, 'keys', {
    'etc/ssl/private/site.key': `${begin('')}x\n`,
    'home/ann/.ssh/id_ed25519': `${begin('OPENSSH ')}${locked}\n`,
    'home/ann/.ssh/id_rsa': `${begin('RSA ')}Proc-Type: 4,ENCRYPTED\nDEK-Info: x\n`,
    'home/ann/cert.pem': '-----BEGIN CERTIFICATE-----\nx\n',
  });
  assert.deepEqual(words(await h.detect('CRD-05')), ['pass']);
  h.records('files/keys', [
    ['640', 0, 110, 9, 1, 1, h.file('etc/ssl/private/site.key', `${begin('')}x\n`, 0o640)],
    ['644', 0, 0, 9, 1, 1, h.file('etc/app/tls\n.key', `${begin('EC ')}x\n`, 0o644)],
    ['600', 0, 0, 9, 1, 1, h.file('home/ann/.ssh/id_ed25519', `${begin('OPENSSH ')}${bare}\n`, 0o600)],
    ['640', 0, 0, 9, 1, 1, h.file('home/ann/.ssh/id_rsa', `${begin('RSA ')}Proc-Type: 4,ENCRYPTED\n`, 0o640)],
    ['644', 0, 0, 9, 1, 1, h.file('usr/share/doc/x/test.key', `${begin('')}x\n`, 0o644)],
  ]);
  h.owns('/usr/share/doc/x/test.key');
  assert.deepEqual(failed(await h.detect('CRD-05')), [
    '- /etc/app/tls\n.key: everybody can read or change this private key (mode 644)',
    'low /home/ann/.ssh/id_ed25519: this key of a person has no passphrase',
    'medium /home/ann/.ssh/id_rsa: its group can read or change this private key (mode 640)',
  ]);
});

test('CRD-06: only an instance of EC2 is asked, once and without a token', async () => {
  using h = host();
  const heard: string[] = [];
  let status = '200 OK';
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', (bytes) => {
      heard.push(bytes.toString());
      socket.end(`HTTP/1.0 ${status}\r\n\r\nami-id\n`);
    });
  });
  const port = await freePort();
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  h.fact('metadata-address', `127.0.0.1:${port}\n`);
  h.file('sys/class/dmi/id/sys_vendor', 'QEMU\n');
  assert.deepEqual(words(await h.detect('CRD-06')), ['not_applicable']);
  assert.deepEqual(heard, []);
  h.file('sys/class/dmi/id/sys_vendor', 'Amazon EC2\n');
  assert.deepEqual(failed(await h.detect('CRD-06')), ['- imds:v1: it answers 200 to a GET without a token']);
  assert.equal(heard.length, 1);
  assert.match(heard[0] ?? '', /^GET \/latest\/meta-data\/ HTTP\/1\.0\r\n/);
  status = '401 Unauthorized';
  assert.deepEqual(words(await h.detect('CRD-06')), ['pass']);
  server.close();
  await once(server, 'close');
  assert.deepEqual(words(await h.detect('CRD-06')), ['unknown']);
});
