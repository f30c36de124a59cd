import assert from 'node:assert/strict';
import { createHash, randomInt } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { DriveList, EntryList, FileView } from '../../src/files/wire.ts';
import { launcher } from '../support/clients/cli-person.ts';
import { startServer } from '../support/servers/start-server.ts';
import { personalDrive } from '../support/clients/workspace-files.ts';
import { serveByCommand } from '../support/servers/workspace-by-command.ts';

const ROUNDS = 4;
const UPLOADERS = 6;
const CHEAP = { HOLDFAST_KDF_MEMORY_BYTES: String(19 * 1024 * 1024), HOLDFAST_KDF_PASSES: '2' };

/** What a file of this name holds, so that a half one, or one of another, is seen: 0 to 300 kB. */
function contentOf(name: string): Buffer {
  const seed = createHash('sha256').update(name).digest();
  return Buffer.concat(Array.from({ length: seed.readUInt16BE() % 10_000 }, () => seed));
}

/** Uploads from several places until the server is killed in the midst; answers the names it acknowledged. */
async function uploadUntilKilled(url: string, authorization: string, round: number, pid: number): Promise<string[]> {
  const { drives } = (await (await fetch(`${url}/api/v1/drives`, { headers: { authorization } })).json()) as DriveList;
  const address = `${url}/api/v1/drives/${drives[0]?.id}/folders/root/files`;
  const acknowledged: string[] = [];
  const killAfter = randomInt(8, 50);
  let killed = false;
  const uploader = async (number: number): Promise<void> => {
    for (let n = 0; !killed; n++) {
      const name = `${round}-${number}-${n}.bin`;
      const headers = {
        authorization,
        'content-type': 'application/octet-stream',
        'content-disposition': `attachment; filename*=UTF-8''${name}`,
      };
      try {
        const reply = await fetch(address, { method: 'POST', headers, body: contentOf(name) });
        assert.equal(reply.status, 201, await reply.text());
      } catch (error) {
        // What was under way at the kill was promised to nobody.
        if (killed) return;
        throw error;
      }
      acknowledged.push(name);
      if (acknowledged.length < killAfter || killed) continue;
      killed = true;
      process.kill(pid, 'SIGKILL');
    }
  };
  await Promise.all(Array.from({ length: UPLOADERS }, (_, number) => uploader(number)));
  return acknowledged;
}

test('every upload that was acknowledged before a kill -9 is there, whole and twice, and nothing is half there', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-uploads-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const acknowledged = new Set<string>();
  let token = '';
  for (let round = 0; round < ROUNDS; round++) {
    await using served = await serveByCommand([launcher], folder, { ...CHEAP, HOLDFAST_LOG_LEVEL: 'silent' });
    if (round === 0) {
      const setupCode = (await readFile(join(served.dataFolder, 'setup-code'), 'utf8')).trim();
      const person = { name: 'Ada', email: 'ada@example.org', password: 'three unlikely words 1', setupCode };
      const headers = { 'content-type': 'application/json' };
      const reply = await fetch(`${served.url}/api/v1/accounts`, {
        method: 'POST',
        headers,
        body: JSON.stringify(person),
      });
      assert.equal(reply.status, 201);
      ({ token } = (await reply.json()) as { token: string });
    }
    for (const name of await uploadUntilKilled(served.url, `Bearer ${token}`, round, served.serverPid)) {
      acknowledged.add(name);
    }
  }
  assert.ok(acknowledged.size >= 8 * ROUNDS);

  await using server = await startServer({ data: join(folder, 'data') });
  const drive = await personalDrive(server, token);
  const found = new Map<string, FileView>();
  for (let after: string | undefined; ;) {
    const path = `/api/v1/drives/${drive.driveId}/folders/root/entries?limit=100${after === undefined ? '' : `&after=${after}`}`;
    const page = (await (await server.call('GET', path, { token })).json()) as EntryList;
    for (const entry of page.entries) if (entry.kind === 'file') found.set(entry.name, entry);
    if (page.next === undefined) break;
    after = page.next;
  }
  assert.deepEqual(
    [...acknowledged].filter((name) => !found.has(name)),
    [],
    'acknowledged and gone',
  );
  await server.workspace.files.copyDue();
  assert.equal((await server.workspace.files.backupStatus()).verdict, 'complete');
  for (const [name, file] of found) assert.ok((await drive.read(file.id)).equals(contentOf(name)), `${name} is whole`);
  // The second copies are told to be there; they are.
  await rm(join(folder, 'data', 'objects', 'drives', drive.driveId, 'o'), { recursive: true });
  for (const [name, file] of found) assert.ok((await drive.read(file.id)).equals(contentOf(name)), `${name}, again`);
});
