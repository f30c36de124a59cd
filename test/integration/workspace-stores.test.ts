import assert from 'node:assert/strict';
import { chmod, cp, mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { test, type TestContext } from 'node:test';
import { hasCode } from '../../src/base/errors.ts';
import { doctorOffline } from '../../src/compose.ts';
import { memoryObjectStore } from '../../src/storage/index.ts';
import { startServer, type StartedServer } from '../support/servers/start-server.ts';

async function folder(t: TestContext): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'holdfast-stores-'));
  t.after(() => rm(path, { recursive: true, force: true }));
  return path;
}

/** `POST` of an octet-stream under a name. */
async function put(server: StartedServer, token: string, name: string, content: string): Promise<void> {
  const { drives } = (await (await server.call('GET', '/api/v1/drives', { token })).json()) as {
    drives: { id: string }[];
  };
  const response = await server.call('POST', `/api/v1/drives/${drives[0]?.id}/folders/root/files`, {
    token,
    body: content,
    headers: {
      'content-type': 'application/octet-stream',
      'content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent(name)}`,
    },
  });
  assert.ok(response.ok, await response.text());
}

async function read(server: StartedServer, token: string, path: string): Promise<string> {
  const { drives } = (await (await server.call('GET', '/api/v1/drives', { token })).json()) as {
    drives: { id: string }[];
  };
  const drive = drives[0]?.id ?? '';
  const found = await server.call('POST', `/api/v1/drives/${drive}/lookup`, { token, json: { path } });
  const { id } = (await found.json()) as { id: string };
  return (await server.call('GET', `/api/v1/drives/${drive}/files/${id}/content`, { token })).text();
}

test('a workspace is there again after a restart, sessions and files included', async (t) => {
  const data = await folder(t);
  const first = await startServer({ data });
  const me = await first.signUp();
  await put(first, me.token, '报告.pdf', 'the only copy');
  await first.stop();
  await using second = await startServer({ data });
  assert.equal(second.workspace.setupCode, null);
  assert.equal(await read(second, me.token, '/报告.pdf'), 'the only copy');
});

test('a new data folder is for its user alone', async (t) => {
  if (process.platform === 'win32') return t.skip('Windows has other permissions');
  const data = join(await folder(t), 'deep', 'data');
  await using server = await startServer({ data });
  await server.signUp();
  assert.equal((await stat(data)).mode & 0o777, 0o700);
  for (const name of await readdir(data, { recursive: true })) {
    assert.equal((await stat(join(data, name))).mode & 0o077, 0, `${name} is open to others`);
  }
});

test('a store of another workspace is refused, and neither is touched', async (t) => {
  const one = await folder(t);
  const other = await folder(t);
  await (await startServer({ data: one })).stop();
  await (await startServer({ data: other })).stop();
  const marker = join(one, 'objects', 'workspace.json');
  const before = await readFile(marker, 'utf8');
  for (const name of ['HOLDFAST_OBJECTS', 'HOLDFAST_BACKUP']) {
    const environment = { [name]: pathToFileURL(join(one, 'objects')).href };
    await assert.rejects(startServer({ data: other, environment }), (error) =>
      hasCode(error, 'store_of_other_workspace'),
    );
  }
  assert.equal(await readFile(marker, 'utf8'), before);
});

test('a filled store without its records is refused before anything is made', async (t) => {
  const data = await folder(t);
  const first = await startServer({ data });
  await first.signUp();
  await first.stop();
  for (const name of await readdir(data)) {
    if (name !== 'objects' && name !== 'backup') await rm(join(data, name), { recursive: true });
  }
  await assert.rejects(startServer({ data }), (error) => hasCode(error, 'bucket_of_a_workspace'));
  await assert.rejects(stat(join(data, 'secrets', 'workspace.key')), { code: 'ENOENT' });
  // Refused again: the first refusal left nothing that a second start could take for a workspace.
  await assert.rejects(startServer({ data }), (error) => hasCode(error, 'bucket_of_a_workspace'));
});

test('records put back with their key find their stores again', async (t) => {
  const data = await folder(t);
  const saved = await folder(t);
  const first = await startServer({ data });
  const me = await first.signUp();
  await put(first, me.token, 'a.txt', 'a');
  await first.stop();
  const rest = ['records.sqlite', 'secrets'];
  for (const name of rest) await cp(join(data, name), join(saved, name), { recursive: true });
  for (const name of rest) await rm(join(data, name), { recursive: true });
  await assert.rejects(startServer({ data }), (error) => hasCode(error, 'bucket_of_a_workspace'));
  for (const name of await readdir(data)) if (name.startsWith('records.sqlite')) await rm(join(data, name));
  for (const name of rest) await cp(join(saved, name), join(data, name), { recursive: true });
  await using second = await startServer({ data });
  assert.equal(await read(second, me.token, '/a.txt'), 'a');
});

test('a marker that cannot be read is refused and never overwritten', async (t) => {
  const data = await folder(t);
  await (await startServer({ data })).stop();
  const marker = join(data, 'backup', 'workspace.json');
  for (const text of [
    '',
    '{',
    '{"format":"holdfast-workspace-9","workspaceId":"x"}',
    '{"format":"holdfast-workspace-1"}',
  ]) {
    await writeFile(marker, text);
    await assert.rejects(startServer({ data }), (error) => hasCode(error, 'store_marker_unreadable'), text);
    assert.equal(await readFile(marker, 'utf8'), text);
  }
});

test('another key file is refused', async (t) => {
  const data = await folder(t);
  const other = await folder(t);
  await (await startServer({ data })).stop();
  await (await startServer({ data: other })).stop();
  const environment = { HOLDFAST_WORKSPACE_KEY: join(other, 'secrets', 'workspace.key') };
  await assert.rejects(startServer({ data, environment }), (error) => hasCode(error, 'workspace_key_mismatch'));
  await rm(join(data, 'secrets', 'workspace.key'));
  await assert.rejects(startServer({ data }), (error) => hasCode(error, 'workspace_key_missing'));
});

test('a second server on one data folder is refused, and the first goes on', async (t) => {
  const data = await folder(t);
  await using first = await startServer({ data });
  await assert.rejects(startServer({ data }), (error) => hasCode(error, 'data_in_use'));
  assert.equal((await first.call('GET', '/readyz')).status, 200);
});

test('a failed start lets go of the data folder', async (t) => {
  const data = await folder(t);
  await using first = await startServer();
  await assert.rejects(startServer({ data, flags: { port: first.port } }), (error) => hasCode(error, 'port_taken'));
  await using second = await startServer({ data });
  assert.equal((await second.call('GET', '/healthz')).status, 200);
});

test('a data folder that cannot be made is told', async (t) => {
  const file = join(await folder(t), 'file');
  await writeFile(file, '');
  await assert.rejects(startServer({ data: join(file, 'data') }), (error) => hasCode(error, 'data_folder_unusable'));
  await assert.rejects(startServer({ data: file }), (error) => hasCode(error, 'data_folder_unusable'));
});

test('not ready while the store of the objects is gone, ready without the second copies', async () => {
  await using server = await startServer();
  const ready = async (): Promise<string> => {
    // Answers are remembered for a second of the server's clock.
    nowMs += 2000;
    const answer = await other.call('GET', '/readyz');
    const reply = (await answer.json()) as { parts: { part: string; ok: boolean }[] };
    const bad = reply.parts.filter(({ ok }) => !ok).map(({ part }) => part);
    return [answer.status, ...bad].join(' ');
  };
  let nowMs = Date.now();
  await using other = await startServer({ clock: () => nowMs });
  assert.equal(await ready(), '200');
  await rm(join(other.data, 'backup', 'workspace.json'));
  assert.equal(await ready(), '200 second copies');
  await rm(join(other.data, 'objects', 'workspace.json'));
  assert.equal(await ready(), '503 objects second copies');
  assert.equal((await server.call('GET', '/readyz')).status, 200);
});

test('the doctor names a store that is gone and a folder that is open to others', async () => {
  await using server = await startServer();
  const me = await server.signUp();
  const examine = async () => {
    const reply = await server.call('GET', '/api/v1/doctor', { token: me.token });
    const { checks } = (await reply.json()) as { checks: { id: string; verdict: string }[] };
    return Object.fromEntries(checks.map(({ id, verdict }) => [id, verdict]));
  };
  const healthy = await examine();
  assert.equal(healthy['objects'], 'pass');
  assert.equal(healthy['workspace_key'], 'warn', 'the key lies beside the database');
  assert.ok(!Object.values(healthy).includes('fail'), JSON.stringify(healthy));
  await rm(join(server.data, 'backup', 'workspace.json'));
  await chmod(server.data, 0o755);
  const ill = await examine();
  assert.equal(ill['backup'], 'fail');
  if (process.platform !== 'win32') assert.equal(ill['data_folder'], 'warn');
});

test('the doctor looks at a stopped server and changes nothing', async (t) => {
  const data = await folder(t);
  const server = await startServer({ data });
  await server.signUp();
  const running = await doctorOffline(data);
  assert.deepEqual(
    running.checks.map(({ id, verdict }) => [id, verdict]),
    [['data_in_use', 'fail']],
  );
  await server.stop();
  const listing = async () => {
    const names = (await readdir(data, { recursive: true })).toSorted();
    const sizes = await Promise.all(names.map(async (name) => (await stat(join(data, name))).size));
    return names.map((name, index) => `${name} ${sizes[index]}`);
  };
  const before = await listing();
  const { checks } = await doctorOffline(data);
  assert.ok(checks.length >= 10);
  assert.ok(!checks.some(({ verdict }) => verdict === 'fail'), JSON.stringify(checks));
  assert.deepEqual(await listing(), before);
});

test('the doctor of an empty folder says that there is nothing, and makes nothing', async (t) => {
  const data = await folder(t);
  const { checks } = await doctorOffline(data);
  assert.equal(checks[0]?.verdict, 'fail');
  assert.deepEqual(await readdir(data), []);
});

test('the stores can be put elsewhere and be wrapped', async (t) => {
  const data = await folder(t);
  const objects = await folder(t);
  let puts = 0;
  await using server = await startServer({
    data,
    environment: { HOLDFAST_OBJECTS: pathToFileURL(objects).href },
    wrapBackup: () => {
      const store = memoryObjectStore();
      const put: typeof store.put = (...args) => {
        puts += 1;
        return store.put(...args);
      };
      return { ...store, put, [Symbol.asyncDispose]: async () => {} };
    },
  });
  await server.signUp();
  assert.ok((await readdir(objects)).includes('workspace.json'));
  assert.ok(puts > 0);
});
