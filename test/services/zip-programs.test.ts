import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { startServer } from '../support/servers/start-server.ts';
import { personalDrive } from '../support/clients/workspace-files.ts';

const there = (program: string, ...args: string[]): boolean => spawnSync(program, args).status === 0;
const skip = !there('unzip', '-v') || !there('python3', '--version') ? 'needs unzip and python3' : false;
if (skip && process.env['HOLDFAST_SERVICES'] === 'required') throw new Error(`${skip}; npm run services:install`);

/** Lists an archive with Python's zipfile, which checks every CRC while it reads. */
const LIST = `import sys, json, zipfile
z = zipfile.ZipFile(sys.argv[1])
assert z.testzip() is None
print(json.dumps([[i.filename, i.file_size] for i in z.infolist()]))`;

test('unzip and Python open a folder that was downloaded as a zip', { skip }, async () => {
  await using server = await startServer();
  const { token } = await server.signUp();
  const drive = await personalDrive(server, token);
  const folder = await drive.makeFolder('root', 'Berichte');
  const deep = await drive.makeFolder(folder, 'ünter');
  const bytes = randomBytes(2_000_000);
  await drive.put(deep, '报告.bin', bytes);
  await drive.put(folder, 'a:b.txt', Buffer.alloc(1_000_000, 'text '));
  await drive.put(folder, 'empty.txt', Buffer.alloc(0));
  const response = await server.call('GET', `/api/v1/drives/${drive.driveId}/folders/${folder}/zip`, { token });
  assert.equal(response.status, 200);
  assert.equal(response.headers.get('content-type'), 'application/zip');
  assert.match(response.headers.get('content-disposition') ?? '', /filename="Berichte\.zip"/);
  const zip = join(server.data, 'folder.zip');
  await writeFile(zip, Buffer.from(await response.arrayBuffer()));
  const listed = JSON.parse(execFileSync('python3', ['-c', LIST, zip], { encoding: 'utf8' })) as [string, number][];
  assert.deepEqual(
    listed.toSorted(([one], [other]) => (one < other ? -1 : 1)),
    [
      ['Berichte/', 0],
      ['Berichte/a_b.txt', 1_000_000],
      ['Berichte/empty.txt', 0],
      ['Berichte/ünter/', 0],
      ['Berichte/ünter/报告.bin', 2_000_000],
    ],
  );
  const environment = { ...process.env, LC_ALL: 'C.UTF-8' };
  execFileSync('unzip', ['-q', zip, '-d', join(server.data, 'out')], { env: environment });
  assert.deepEqual(readFileSync(join(server.data, 'out/Berichte/ünter/报告.bin')), bytes);
});
