/** A root of the RHEL family by a real rpm: what its packages brought, and what became of it since. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { appendFileSync, existsSync, globSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { failed, words } from '../support/hosts/verdicts.ts';
import { scratchHost } from '../support/hosts/scratch-host.ts';

const skip = missing();
if (skip && process.env['HOLDFAST_SERVICES'] === 'required') throw new Error(skip);

function missing(): string | false {
  if (process.getuid?.() !== 0) return 'needs root';
  return existsSync('/usr/bin/rpmbuild') ? false : 'needs rpm: npm run services:install -- rpm';
}

const folder = mkdtempSync(join(tmpdir(), 'host-rpm-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const SPEC = `Name: coreutils
Version: 9.1
Release: 3
Epoch: 2
Summary: what the scan asks for
License: MIT
AutoReqProv: no
%description
What the scan asks for.
%install
mkdir -p %{buildroot}/usr/bin %{buildroot}/etc
echo ls >%{buildroot}/usr/bin/ls
echo cat >%{buildroot}/usr/bin/cat
echo settings >%{buildroot}/etc/DIR_COLORS
%files
%attr(755, root, root) /usr/bin/ls
%attr(755, root, root) /usr/bin/cat
%config(noreplace) /etc/DIR_COLORS
`;

test(
  'what rpm brought is known in both spellings, and a program whose bytes are others is found',
  { skip },
  async () => {
    const spec = join(folder, 'coreutils.spec');
    writeFileSync(spec, SPEC);
    const quiet = { stdio: 'ignore' } as const;
    execFileSync('/usr/bin/rpmbuild', ['-bb', '--quiet', '--define', `_topdir ${folder}`, spec], quiet);
    using host = scratchHost({ osId: 'rhel', osVersion: '9', osFamily: 'rhel', packages: 'rpm' });
    host.folder('usr/bin');
    symlinkSync('usr/bin', join(host.root, 'bin'));
    const packages = globSync(join(folder, 'RPMS/**/*.rpm'));
    // Debian's rpm keeps its list in the home folder of whoever runs it, and the scripts have none.
    const env = { PATH: '/usr/bin:/bin', HOME: '/nonexistent' };
    execFileSync('/usr/bin/rpm', ['--root', host.root, '--install', '--nodeps', ...packages], { ...quiet, env });

    const [looked] = await host.look('packages');
    assert.equal(looked?.why, null);
    assert.equal(host.text('packages/list'), 'coreutils 2:9.1-3\n');
    assert.equal(host.text('packages/files'), '/bin/cat\n/bin/ls\n/etc/DIR_COLORS\n/usr/bin/cat\n/usr/bin/ls\n');
    assert.deepEqual(words(await host.detect('FIL-05')), ['pass']);

    appendFileSync(join(host.root, 'usr/bin/ls'), 'and more\n');
    appendFileSync(join(host.root, 'etc/DIR_COLORS'), 'and ours\n');
    assert.deepEqual(failed(await host.detect('FIL-05')), [
      '- /usr/bin/ls: its bytes are not those that its package brought',
    ]);
  },
);
