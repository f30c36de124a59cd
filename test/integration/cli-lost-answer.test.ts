import assert from 'node:assert/strict';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { test } from 'node:test';
import type { VersionList } from '../../src/files/wire.ts';
import { cliPerson } from '../support/clients/cli-person.ts';
import { startServer } from '../support/servers/start-server.ts';

/** A line that forwards everything, and breaks when the first answer to an upload comes back. */
async function brokenLine(port: number): Promise<AsyncDisposable & { readonly port: number; broke(): boolean }> {
  let broke = false;
  const line = createServer((client) => {
    const server = connect(port, '127.0.0.1');
    let uploading = false;
    client.on('data', (bytes) => {
      uploading ||= /^POST \S+\/files HTTP/m.test(bytes.toString('latin1'));
      server.write(bytes);
    });
    server.on('data', (bytes) => {
      if (uploading && !broke) {
        broke = true;
        client.destroy();
        server.destroy();
      } else client.write(bytes);
    });
    const end = (): void => {
      client.destroy();
      server.destroy();
    };
    client.on('close', end).on('error', end);
    server.on('close', end).on('error', end);
  });
  line.listen(0, '127.0.0.1');
  await once(line, 'listening');
  const address = line.address();
  return {
    port: typeof address === 'object' ? (address?.port ?? 0) : 0,
    broke: () => broke,
    async [Symbol.asyncDispose]() {
      line.close();
      await once(line, 'close');
    },
  };
}

test('an upload whose answer was lost is sent again and makes one version, not two', async () => {
  await using server = await startServer();
  await using ada = await cliPerson();
  await using line = await brokenLine(server.port);
  await ada.signUp(server, `http://127.0.0.1:${line.port}`);
  writeFileSync(ada.path('a.txt'), 'once');
  const stored = await ada.run('put', 'a.txt', '/a.txt');
  assert.equal(stored.exitCode, 0, stored.stdout + stored.stderr);
  assert.equal(line.broke(), true);
  const { versions } = await ada.json<VersionList>('versions', '/a.txt');
  assert.equal(versions.length, 1);
});
