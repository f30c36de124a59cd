import assert from 'node:assert/strict';
import { globSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { parseHeader } from './header.ts';
import { shippedChecks } from './load.ts';
import { sharedParts } from './shared-parts.ts';

const all = [...shippedChecks('linux'), ...shippedChecks('windows')];
const partsOf = (id: string) => sharedParts(all.find(({ header }) => header.id === id) ?? assert.fail(id));
const namesOf = (id: string) => partsOf(id).map(({ name }) => name);

test('a check is shown with the functions and data that it reads in, what looked beforehand, and the prelude', () => {
  const firewall = ['native/firewall.sh', 'native/firewall.awk', 'probes/linux/firewall.sh', 'native/prelude.sh'];
  const expected: Readonly<Record<string, readonly string[]>> = {
    'FW-01': firewall,
    'KRN-09': ['native/kernel.sh', 'native/prelude.sh'],
    'SSH-04': ['native/ssh.sh', 'checks/linux/ssh-weak.tsv', 'probes/linux/sshd.sh', 'native/prelude.sh'],
    'SQL-01': ['native/mysql.sh', 'probes/linux/mysql.sh', 'native/prelude.sh'],
    'PRC-05': ['checks/linux/miners.tsv', 'native/prelude.sh'],
    'W-PER-01': ['checks/windows/start-commands.tsv', 'probes/windows/services.ps1', 'native/prelude.ps1'],
  };
  for (const [id, names] of Object.entries(expected)) assert.deepEqual(namesOf(id), names, id);
  assert.match(
    partsOf('SSH-01')
      .map(({ script }) => script)
      .join(''),
    /^judge_sshd\(\) \{$/m,
  );
});

test('whatever is shipped for checks is shown with one of them', () => {
  const shown = new Set(all.flatMap((check) => sharedParts(check)).map(({ name }) => name));
  const shipped = globSync('{native/*,checks/*/*.{tsv,txt}}', { cwd: join(import.meta.dirname, '..') });
  // What brings rules of a firewall back, and what finds the log of a database for the network guard, are no checks.
  const isOfChecks = (name: string) => !['native/restore-rules.sh', 'native/mysql-log.sh'].includes(name);
  assert.deepEqual(
    shipped.filter((name) => isOfChecks(name) && !shown.has(name)),
    [],
  );
});

test('one’s own check is shown with what lies beside it, even where that reads itself in', () => {
  const folder = mkdtempSync(join(tmpdir(), 'shared-'));
  try {
    const header = ['id: OWN-01', 'title: x', 'severity: low', 'rationale: x', 'needs: nothing', 'fix: M', 'remedy: x'];
    const text = `${header.map((line) => `# ${line}\n`).join('')}\n. "\${BASH_SOURCE[0]%/*}/own.sh"\nuse kernel\nuse gone\n`;
    const path = join(folder, 'OWN-01.sh');
    writeFileSync(path, text);
    writeFileSync(join(folder, 'own.sh'), '. "${BASH_SOURCE[0]%/*}/own.sh"\n');
    const parts = sharedParts({ path, header: parseHeader('OWN-01.sh', text) });
    assert.deepEqual(
      parts.map(({ name }) => name),
      ['native/kernel.sh', join(folder, 'own.sh'), 'native/prelude.sh'],
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
});
