import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { request } from 'node:http';
import { test } from 'node:test';
import type { DriveList, EntryList, FileView, StoredView, UploadResults, VersionList } from '../../src/files/wire.ts';
import { type CallOptions, startServer, type StartedServer } from '../support/servers/start-server.ts';

interface Drive {
  readonly server: StartedServer;
  readonly token: string;
  readonly url: string;
  call(method: string, path: string, options?: CallOptions): Promise<Response>;
  put(name: string, body: Uint8Array | string, headers?: Record<string, string>): Promise<Response>;
}

async function openDrive(server: StartedServer): Promise<Drive> {
  const { token } = await server.signUp();
  const list = (await (await server.call('GET', '/api/v1/drives', { token })).json()) as DriveList;
  const url = `/api/v1/drives/${list.drives[0]?.id}`;
  const call: Drive['call'] = (method, path, options) => server.call(method, url + path, { token, ...options });
  return {
    server,
    token,
    url,
    call,
    put: (name, body, headers = {}) =>
      call('POST', '/folders/root/files', {
        body: Buffer.from(body),
        headers: { 'content-type': 'application/octet-stream', ...named(name), ...headers },
      }),
  };
}

const named = (name: string) => ({
  'content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent(name)}`,
});
const stored = async (response: Promise<Response>): Promise<FileView> => {
  const answer = await response;
  const body = (await answer.json()) as StoredView & { code?: string };
  assert.equal(answer.status, 201, body.code);
  return body.entry;
};
const refused = async (response: Promise<Response>, status: number, code: string) => {
  const answer = await response;
  const problem = (await answer.json()) as { code?: string; results?: UploadResults['results'] };
  assert.deepEqual([answer.status, problem.code], [status, code]);
  assert.equal(answer.headers.get('content-type'), 'application/problem+json');
  return problem;
};
const names = async (drive: Drive): Promise<string[]> =>
  ((await (await drive.call('GET', '/folders/root/entries')).json()) as EntryList).entries.map((entry) => entry.name);

test('files of every size that go up at once come down as they were', async () => {
  await using server = await startServer();
  const drive = await openDrive(server);
  // Around every bound that a way of storing has: one chunk of age, what goes through a thread, what is written together.
  const sizes = [
    0, 1, 1024, 65_535, 65_536, 65_537, 100_000, 128_000, 131_071, 131_072, 131_073, 200_000, 600_000, 2_000_000,
  ];
  const bodies = [...sizes, ...sizes, ...sizes].map((size) => randomBytes(size));
  const files = await Promise.all(bodies.map(async (body, index) => await stored(drive.put(`file ${index}`, body))));
  for (const [index, body] of bodies.entries()) {
    const answer = await drive.call('GET', `/files/${files[index]?.id}/content`);
    assert.equal(answer.status, 200, `${body.length} bytes`);
    assert.ok(Buffer.from(await answer.arrayBuffer()).equals(body), `${body.length} bytes, file ${index}`);
  }
});

test('a file goes up and comes down, whole and in ranges, with headers that make no browser run it', async () => {
  await using server = await startServer();
  const drive = await openDrive(server);
  const bytes = randomBytes(200_000);
  const file = await stored(drive.put('报告.html', bytes, { 'holdfast-modified-time': '2020-02-02T02:02:02.020Z' }));
  assert.equal(file.name, '报告.html');
  assert.equal(file.modifiedTime, '2020-02-02T02:02:02.020Z');
  assert.equal(file.sha256, createHash('sha256').update(bytes).digest('hex'));

  const content = `/files/${file.id}/content`;
  const whole = await drive.call('GET', content);
  assert.equal(whole.status, 200);
  assert.deepEqual(Buffer.from(await whole.arrayBuffer()), bytes);
  assert.equal(whole.headers.get('content-type'), 'text/html');
  assert.equal(whole.headers.get('x-content-type-options'), 'nosniff');
  assert.equal(whole.headers.get('content-security-policy'), "sandbox; default-src 'none'");
  assert.match(
    whole.headers.get('content-disposition') ?? '',
    /^attachment; .*filename\*=UTF-8''%E6%8A%A5%E5%91%8A\.html$/,
  );
  assert.equal(whole.headers.get('etag'), `"${file.versionId}"`);
  assert.equal(whole.headers.get('content-length'), '200000');

  for (const [range, start, end] of [
    ['bytes=0-0', 0, 1],
    ['bytes=65530-131080', 65_530, 131_081],
    ['bytes=199990-', 199_990, 200_000],
    ['bytes=-10', 199_990, 200_000],
    ['bytes=100-9999999', 100, 200_000],
  ] as const) {
    const part = await drive.call('GET', content, { headers: { range } });
    assert.equal(part.status, 206, range);
    assert.equal(part.headers.get('content-range'), `bytes ${start}-${end - 1}/200000`);
    assert.deepEqual(Buffer.from(await part.arrayBuffer()), bytes.subarray(start, end));
  }
  const beyond = await drive.call('GET', content, { headers: { range: 'bytes=200000-' } });
  assert.equal(beyond.status, 416);
  assert.equal(beyond.headers.get('content-range'), 'bytes */200000');
  assert.equal(((await beyond.json()) as { code: string }).code, 'range_not_satisfiable');

  const head = await drive.call('HEAD', content);
  assert.equal(head.headers.get('content-length'), '200000');
  assert.equal(head.headers.get('etag'), `"${file.versionId}"`);
  const unchanged = await drive.call('GET', content, { headers: { 'if-none-match': `W/"${file.versionId}"` } });
  assert.equal(unchanged.status, 304);
  const otherVersion = await drive.call('GET', content, { headers: { range: 'bytes=0-9', 'if-range': '"other"' } });
  assert.equal(otherVersion.status, 200);
  await otherVersion.arrayBuffer();
  // Two versions may be of one second: what a client has the rest of is told by an entity tag alone.
  const byDate = { range: 'bytes=0-9', 'if-range': head.headers.get('last-modified') ?? '' };
  const sameSecond = await drive.call('GET', content, { headers: byDate });
  assert.equal(sameSecond.status, 200);
  assert.equal((await sameSecond.arrayBuffer()).byteLength, 200_000);
  const byTag = { range: 'bytes=0-9', 'if-range': `"${file.versionId}"` };
  assert.equal((await drive.call('GET', content, { headers: byTag })).status, 206);
});

test('what guards against other writers holds for forms and dates too, and a part is never taken for the whole', async () => {
  await using server = await startServer();
  const drive = await openDrive(server);
  const file = await stored(drive.put('a', '0123456789'));
  const content = `/files/${file.id}/content`;
  const octets = { 'content-type': 'application/octet-stream' };
  const write = (headers: Record<string, string>) =>
    drive.call('PUT', content, { body: Buffer.from('other'), headers: { ...octets, ...headers } });

  for (const [header, value, status, code] of [
    ['content-range', 'bytes 5-9/10', 400, 'content_range_refused'],
    ['content-encoding', 'gzip', 415, 'content_encoding_refused'],
    ['if-unmodified-since', 'Mon, 01 Jan 2001 00:00:00 GMT', 412, 'version_conflict'],
  ] as const) {
    await refused(write({ [header]: value }), status, code);
    if (header !== 'if-unmodified-since') await refused(drive.put('a', 'other', { [header]: value }), status, code);
  }
  const form = (headers: Record<string, string>) => {
    const body = new FormData();
    for (const name of ['a', 'b']) body.append('file', new Blob(['other']), name);
    return drive.call('POST', '/folders/root/files', { body, headers });
  };
  const codesOf = async (answer: Promise<Response>) =>
    ((await (await answer).json()) as UploadResults).results.map(({ problem }) => problem?.code ?? 'stored');
  assert.deepEqual(await codesOf(form({ 'if-none-match': '*' })), ['name_exists', 'stored']);
  assert.deepEqual(await codesOf(form({ 'if-match': '"nonsense"' })), ['version_conflict', 'version_conflict']);
  assert.equal(await (await drive.call('GET', content)).text(), '0123456789', 'nothing took its place');

  await stored(write({ 'content-encoding': 'identity', 'if-unmodified-since': new Date().toUTCString() }));
  // Beside an entity tag the date says nothing, and one that is none says nothing at all.
  const newest = (await drive.call('HEAD', content)).headers.get('etag') ?? '';
  await stored(write({ 'if-match': newest, 'if-unmodified-since': 'Mon, 01 Jan 2001 00:00:00 GMT' }));
  await stored(write({ 'if-unmodified-since': 'yesterday' }));
});

test('every upload of a name is a new version, which can be listed, fetched and brought back', async () => {
  await using server = await startServer();
  const drive = await openDrive(server);
  const first = await stored(drive.put('plan.txt', 'one'));
  const second = await stored(drive.put('plan.txt', 'two, longer'));
  assert.equal(second.id, first.id);
  await stored(
    drive.call('PUT', `/files/${first.id}/content`, {
      body: Buffer.from('three'),
      headers: { 'content-type': 'application/octet-stream', 'if-match': `"${second.versionId}"` },
    }),
  );
  await refused(
    drive.call('PUT', `/files/${first.id}/content`, {
      body: Buffer.from('four'),
      headers: { 'content-type': 'application/octet-stream', 'if-match': `"${second.versionId}"` },
    }),
    412,
    'version_conflict',
  );
  await refused(drive.put('plan.txt', 'five', { 'if-none-match': '*' }), 412, 'name_exists');

  const versions = async () =>
    ((await (await drive.call('GET', `/files/${first.id}/versions`)).json()) as VersionList).versions;
  assert.deepEqual(
    (await versions()).map((version) => version.size),
    [5, 11, 3],
  );
  const old = await drive.call('GET', `/files/${first.id}/versions/${first.versionId}/content`);
  assert.equal(await old.text(), 'one');
  const restored = await stored(drive.call('POST', `/files/${first.id}/versions/${first.versionId}/restore`));
  assert.equal(restored.size, 3);
  assert.equal(await (await drive.call('GET', `/files/${first.id}/content`)).text(), 'one');
  const [newest] = await versions();
  assert.equal(newest?.restoredFrom, first.versionId);
  assert.equal(newest?.current, true);
  await refused(drive.call('GET', `/files/${first.id}/versions/${restored.id}/content`), 404, 'version_not_found');
});

test('a form of many files answers for each of them', async () => {
  await using server = await startServer();
  const drive = await openDrive(server);
  const form = new FormData();
  form.append('modifiedTime', '2019-01-01T00:00:00Z');
  form.append('files', new Blob(['hello']), '报告.pdf');
  form.append('files', new Blob([]), 'empty.txt');
  const all = await drive.call('POST', '/folders/root/files', { body: form });
  assert.equal(all.status, 201);
  const { results } = (await all.json()) as UploadResults;
  assert.deepEqual(
    results.map((result) => [result.name, result.status, result.entry?.size, result.entry?.mediaType]),
    [
      ['报告.pdf', 201, 5, 'application/pdf'],
      ['empty.txt', 201, 0, 'text/plain'],
    ],
  );
  assert.equal(results[0]?.entry?.modifiedTime, '2019-01-01T00:00:00.000Z');
  assert.notEqual(results[1]?.entry?.modifiedTime, '2019-01-01T00:00:00.000Z');

  const mixed = new FormData();
  mixed.append('files', new Blob([randomBytes(300_000)]), '../escape.txt');
  mixed.append('files', new Blob(['fine']), 'fine.txt');
  const some = await drive.call('POST', '/folders/root/files', { body: mixed });
  assert.equal(some.status, 207);
  assert.deepEqual(
    ((await some.json()) as UploadResults).results.map((result) => result.problem?.code ?? 'stored'),
    ['name_invalid', 'stored'],
  );
  assert.deepEqual(await names(drive), ['报告.pdf', 'empty.txt', 'fine.txt']);

  const contents = { one: randomBytes(100_000), two: randomBytes(100_000) };
  const repeated = async (changed: Partial<typeof contents> = {}) => {
    const same = new FormData();
    for (const [name, bytes] of Object.entries({ ...contents, ...changed }))
      same.append('files', new Blob([bytes]), name);
    const answer = await drive.call('POST', '/folders/root/files', {
      body: same,
      headers: { 'idempotency-key': 'form-1' },
    });
    return (await answer.json()) as UploadResults;
  };
  // The second copies are made meanwhile, and only they may differ.
  const made = ({ results }: UploadResults) =>
    results.map(({ status, name, entry }) => [status, name, { ...entry, copies: 0 }]);
  const first = made(await repeated());
  assert.deepEqual(made(await repeated()), first);
  const { results: mixedUp } = await repeated({ two: randomBytes(100_000) });
  assert.deepEqual(
    mixedUp.map(({ problem }) => problem?.code ?? 'done before'),
    ['done before', 'idempotency_key_reused'],
  );

  const none = new FormData();
  none.append('files', new Blob(['x']), '..');
  const { results: refusals } = await refused(
    drive.call('POST', '/folders/root/files', { body: none }),
    422,
    'name_invalid',
  );
  assert.equal(refusals?.length, 1);
  const onlyField = new FormData();
  onlyField.append('modifiedTime', '2019-01-01T00:00:00Z');
  await refused(drive.call('POST', '/folders/root/files', { body: onlyField }), 422, 'name_empty');
});

/** A form written by hand, as browsers and broken programs write them. */
const rawForm = (drive: Drive, body: string) =>
  drive.call('POST', '/folders/root/files', {
    body: Buffer.from(body),
    headers: { 'content-type': 'multipart/form-data; boundary=X' },
  });
const part = (disposition: string, body: string) =>
  `--X\r\nContent-Disposition: form-data; ${disposition}\r\nContent-Type: application/octet-stream\r\n\r\n${body}\r\n`;

test('a form without a file, with an empty name, or cut off stores nothing', async () => {
  await using server = await startServer();
  const drive = await openDrive(server);
  await refused(rawForm(drive, '--X--\r\n'), 422, 'name_empty');
  await refused(rawForm(drive, `${part('name="file"; filename=""', '')}--X--\r\n`), 422, 'name_empty');
  await refused(rawForm(drive, `${part('name="file"', 'bytes')}--X--\r\n`), 422, 'name_empty');
  await refused(
    rawForm(drive, part('name="file"; filename="a.txt"', 'cut off').slice(0, -2)),
    400,
    'upload_form_invalid',
  );
  await refused(rawForm(drive, `--X\r\nContent-Disposition: form-data; name="file"; fil`), 400, 'upload_form_invalid');
  assert.deepEqual(await names(drive), []);
});

test('bad names, digests, times and lengths are refused and nothing is stored', async () => {
  await using server = await startServer();
  const drive = await openDrive(server);
  const octets = { 'content-type': 'application/octet-stream' };
  const bare = (headers: Record<string, string>) =>
    drive.call('POST', '/folders/root/files', { body: Buffer.from('x'), headers: { ...octets, ...headers } });
  await refused(bare({}), 422, 'name_empty');
  await refused(bare({ 'content-disposition': 'attachment' }), 422, 'name_empty');
  await refused(bare({ 'content-disposition': 'attachment; filename=""' }), 422, 'name_empty');
  await refused(bare({ 'content-disposition': "attachment; filename*=UTF-8''%ZZ" }), 422, 'name_invalid');
  await refused(drive.put('a/b', 'x'), 422, 'name_invalid');
  await refused(drive.put('a\0b', 'x'), 422, 'name_invalid');
  await refused(drive.put('é'.repeat(128), 'x'), 422, 'name_too_long');
  await refused(drive.put('a', 'x', { 'holdfast-modified-time': 'yesterday' }), 422, 'modified_time_invalid');
  await refused(drive.put('a', 'x', { 'content-digest': 'sha-256=:AAAA:' }), 422, 'digest_invalid');
  const wrong = `sha-256=:${createHash('sha256').update('y').digest('base64')}:`;
  await refused(drive.put('a', 'x', { 'content-digest': wrong }), 422, 'digest_mismatch');
  const right = `sha-256=:${createHash('sha256').update('x').digest('base64')}:`;
  await refused(drive.call('GET', '/folders/root/entries?after=x'), 422, 'cursor_invalid');
  assert.deepEqual(await names(drive), []);
  await stored(drive.put('a', 'x', { 'content-digest': right }));
  assert.deepEqual(await names(drive), ['a']);
});

test('a sender who hangs up in the middle leaves nothing', async () => {
  await using server = await startServer();
  const drive = await openDrive(server);
  const upload = request(`${server.url}${drive.url}/folders/root/files`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${drive.token}`,
      'content-type': 'application/octet-stream',
      'content-length': '1000000',
      ...named('half.bin'),
    },
  });
  const failed = new Promise((resolve) => upload.on('error', resolve));
  upload.write(randomBytes(400_000), () => upload.destroy());
  await failed;
  await stored(drive.put('after.txt', 'x'));
  assert.deepEqual(await names(drive), ['after.txt']);
});

test('folders hold files, paths lead to them, and what is no folder or no file says so', async () => {
  await using server = await startServer();
  const drive = await openDrive(server);
  const made = await drive.call('POST', '/folders/root/folders', { json: { name: 'Résumés' } });
  assert.equal(made.status, 201);
  const folder = (await made.json()) as { id: string };
  const file = await stored(drive.put('a.txt', 'x'));
  await refused(
    drive.call('POST', '/folders/root/folders', { json: { name: 'Re\u0301sume\u0301s' } }),
    409,
    'name_taken',
  );
  await refused(drive.put('Résumés', 'x'), 409, 'name_taken');
  await refused(drive.call('GET', `/files/${folder.id}/content`), 409, 'is_a_folder');
  await refused(drive.call('GET', `/folders/${file.id}/entries`), 409, 'not_a_folder');
  await refused(drive.call('POST', `/folders/${file.id}/folders`, { json: { name: 'x' } }), 409, 'not_a_folder');
  await refused(drive.call('GET', '/files/nonsense/content'), 404, 'entry_not_found');
  await refused(drive.call('POST', '/lookup', { json: { path: '/nothing' } }), 404, 'entry_not_found');
  await refused(drive.call('POST', '/lookup', { json: { path: '/a.txt/' } }), 409, 'not_a_folder');
  await refused(
    drive.call('POST', '/folders/root/folders', { json: { name: 'x', color: 'red' } }),
    422,
    'request_invalid',
  );
  const found = await drive.call('POST', '/lookup', { json: { path: '/Re\u0301sume\u0301s' } });
  assert.equal(((await found.json()) as { id: string }).id, folder.id);
});

test('nobody else gets into a drive, by any of its ids', async () => {
  await using server = await startServer();
  const ada = await openDrive(server);
  const file = await stored(ada.put('private.txt', 'x'));
  const ben = await openDrive(server).catch(async () => null);
  assert.ok(ben);
  const asBen = (method: string, path: string) => server.call(method, path, { token: ben.token });
  await refused(asBen('GET', ada.url), 404, 'drive_not_found');
  await refused(asBen('GET', `${ada.url}/files/${file.id}/content`), 404, 'drive_not_found');
  await refused(asBen('GET', `${ben.url}/files/${file.id}/content`), 404, 'entry_not_found');
  await refused(asBen('GET', `${ben.url}/folders/${file.folderId}/entries`), 404, 'folder_not_found');
});

test('keys are handed out only against the password, and backup status tells store addresses to admins only', async () => {
  await using server = await startServer();
  const { token, password } = await server.signUp();
  const call = (method: string, path: string, json?: unknown) => server.call(method, `/api/v1${path}`, { token, json });
  const { drives } = (await (await call('GET', '/drives')).json()) as DriveList;
  const path = `/drives/${drives[0]?.id}/keyring/export`;
  await refused(call('POST', path, { password: 'wrong password' }), 403, 'password_wrong');
  const exported = await call('POST', path, { password });
  assert.equal(exported.headers.get('cache-control'), 'no-store');
  assert.match(((await exported.json()) as { identityFile: string }).identityFile, /^AGE-SECRET-KEY-PQ-1/m);
  const status = (await (await call('GET', '/backup/status')).json()) as { stores: { url?: string }[] };
  assert.match(status.stores[0]?.url ?? '', /^(file|s3):/);
});
