/** What people do to their credentials, and what happens to the server, never costs them a file. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { startServer } from '../support/servers/start-server.ts';
import { personalDrive } from '../support/clients/workspace-files.ts';

test('files written before a password change, a recovery and a restart open after each of them', async () => {
  await using first = await startServer();
  const { token, email, password, recoveryKey } = await first.signUp();
  const written = new Map<string, Buffer>();
  const write = async (server: typeof first, withToken: string, name: string): Promise<void> => {
    const drive = await personalDrive(server, withToken);
    const body = randomBytes(150_000);
    written.set((await drive.put('root', name, body)).id, body);
  };
  const assertAllOpen = async (server: typeof first, withToken: string): Promise<void> => {
    const drive = await personalDrive(server, withToken);
    for (const [fileId, body] of written) assert.ok((await drive.read(fileId)).equals(body));
  };

  await write(first, token, 'before the password change');
  const changed = await first.call('POST', '/api/v1/account/password', {
    token,
    json: { currentPassword: password, newPassword: 'second set of seldom words' },
  });
  assert.equal(changed.status, 200);
  await assertAllOpen(first, token);
  await write(first, token, 'before the recovery');

  const recovered = await first.call('POST', '/api/v1/account/recovery', {
    json: { email, recoveryKey, newPassword: 'third set of seldom words' },
  });
  assert.equal(recovered.status, 201);
  const { token: afterRecovery } = (await recovered.json()) as { token: string };
  await assertAllOpen(first, afterRecovery);
  const old = await first.call('GET', '/api/v1/account', { token });
  assert.equal(old.status, 401, 'a recovery ends the sessions that were there');
  await write(first, afterRecovery, 'before the restart');

  await first.stop();
  await using second = await startServer({ data: first.data });
  await assertAllOpen(second, afterRecovery);
  const login = await second.call('POST', '/api/v1/sessions', {
    json: { email, password: 'third set of seldom words' },
  });
  assert.equal(login.status, 201);
  await assertAllOpen(second, ((await login.json()) as { token: string }).token);
  for (const over of [password, 'second set of seldom words']) {
    const refused = await second.call('POST', '/api/v1/sessions', { json: { email, password: over } });
    assert.equal(refused.status, 401);
  }
});
