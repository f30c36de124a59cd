import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { ApiClient } from '../../../base/commands/command.ts';
import { uploadTo } from './upload.ts';

const place = mkdtempSync(join(tmpdir(), 'upload-'));
after(() => rmSync(place, { recursive: true, force: true }));

/** Sends to a server that keeps what came to its end, as many bytes as were announced; `during` is called once a piece has come. */
async function sent(path: string, during: () => void = () => undefined): Promise<{ kept: Buffer[] }> {
  const kept: Buffer[] = [];
  const upload: ApiClient['upload'] = async (_method, _path, { body, size }) => {
    const pieces: Buffer[] = [];
    for await (const piece of body) {
      pieces.push(Buffer.from(piece));
      if (pieces.length === 1) during();
    }
    const whole = Buffer.concat(pieces);
    assert.equal(whole.length, size);
    kept.push(whole);
    return { sha256: createHash('sha256').update(whole).digest('hex') } as never;
  };
  const progress = { bytes() {}, file() {}, [Symbol.dispose]() {} };
  const target = { api: { upload } as Partial<ApiClient> as ApiClient, path: '/files', name: 'x' };
  const posted = { ...target, sha256Of: (reply: { sha256: string }) => reply.sha256 };
  await uploadTo(posted, { path }, { follow: false, progress, signal: AbortSignal.timeout(10_000) }).catch(
    (error: unknown) => {
      throw Object.assign(error as Error, { kept });
    },
  );
  return { kept };
}

const written = (name: string, content: string | Buffer): string => {
  writeFileSync(join(place, name), content);
  return join(place, name);
};

test('a file is sent whole, whether it is empty, of one piece or of several', async () => {
  for (const size of [0, 1, 256 * 1024, 256 * 1024 + 1, 600_000]) {
    const content = Buffer.alloc(size, 'x');
    assert.deepEqual((await sent(written(`of ${size}`, content))).kept, [content]);
  }
});

test('a file that becomes shorter is refused before all of it was sent; of one that grows the beginning is kept, and that is told', async () => {
  for (const [name, change, kept] of [
    ['shorter', (path: string) => truncateSync(path, 700_000), []],
    ['longer', (path: string) => appendFileSync(path, 'more'), [Buffer.alloc(1_000_000)]],
  ] as const) {
    const path = written(name, Buffer.alloc(1_000_000));
    await assert.rejects(
      sent(path, () => change(path)),
      { code: 'local_file_changed', attempted: `Store “${path}”`, kept },
      name,
    );
  }
});

const proc = !existsSync('/proc/self/status') && 'there is no /proc';
test('a file that is told to be empty and has content is not stored as empty', { skip: proc }, async () => {
  await assert.rejects(sent('/proc/self/status'), {
    code: 'local_file_changed',
    detail: 'it holds more than the 0 bytes that this computer told of it',
    kept: [],
  });
});
