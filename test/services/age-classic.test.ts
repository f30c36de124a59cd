import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { globSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { stockAge } from '../support/programs/stock-age.ts';
import { startServer } from '../support/servers/start-server.ts';
import { personalDrive } from '../support/clients/workspace-files.ts';

const age = stockAge('debian');

test(
  'a server told to use suite classic writes files that the age of Debian 12 opens',
  { skip: age.skip },
  async () => {
    await using server = await startServer({ environment: { HOLDFAST_SUITE: 'classic' } });
    const { token, password } = await server.signUp();
    const drive = await personalDrive(server, token);
    const body = randomBytes(200_000);
    await drive.put('root', 'plan.bin', body);
    const keys = join(server.data, 'exported-keys');
    await writeFile(keys, await drive.exportKeys(password), { mode: 0o600 });
    const [object = ''] = globSync('objects/drives/*/o/*.age', { cwd: server.data });
    const opened = execFileSync(age.path, ['-d', '-i', keys, join(server.data, object)], { maxBuffer: 2 ** 24 });
    assert.ok(opened.equals(body));
  },
);
