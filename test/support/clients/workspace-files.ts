/** A person's drive over HTTP, for tests that care what happens to files rather than how the API looks. */
import assert from 'node:assert/strict';
import type { DriveList, EntryList, EntryView, FileView, StoredView } from '../../../src/files/wire.ts';
import type { StartedServer } from '../servers/start-server.ts';

export interface PersonalDrive {
  readonly driveId: string;
  put(folderId: string, name: string, body: Uint8Array): Promise<FileView>;
  makeFolder(folderId: string, name: string): Promise<string>;
  list(folderId: string): Promise<readonly EntryView[]>;
  read(fileId: string): Promise<Buffer>;
  /** The drive's identities, as the owner may export them. */
  exportKeys(password: string): Promise<string>;
}

export async function personalDrive(server: Pick<StartedServer, 'call'>, token: string): Promise<PersonalDrive> {
  const ask = async <Reply>(method: string, path: string, options: object = {}): Promise<Reply> => {
    const response = await server.call(method, `/api/v1/drives${path}`, { token, ...options });
    assert.ok(response.ok, `${method} ${path} answered ${response.status}: ${await response.clone().text()}`);
    return (await response.json()) as Reply;
  };
  const { drives } = await ask<DriveList>('GET', '');
  const driveId = drives[0]?.id ?? '';
  return {
    driveId,
    put: async (folderId, name, body) => {
      const headers = {
        'content-type': 'application/octet-stream',
        'content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent(name)}`,
      };
      const stored = await ask<StoredView>('POST', `/${driveId}/folders/${folderId}/files`, { body, headers });
      return stored.entry;
    },
    makeFolder: async (folderId, name) => {
      const folder = await ask<EntryView>('POST', `/${driveId}/folders/${folderId}/folders`, { json: { name } });
      return folder.id;
    },
    list: async (folderId) => (await ask<EntryList>('GET', `/${driveId}/folders/${folderId}/entries`)).entries,
    read: async (fileId) => {
      const response = await server.call('GET', `/api/v1/drives/${driveId}/files/${fileId}/content`, { token });
      assert.equal(response.status, 200);
      return Buffer.from(await response.arrayBuffer());
    },
    exportKeys: async (password) =>
      (await ask<{ identityFile: string }>('POST', `/${driveId}/keyring/export`, { json: { password } })).identityFile,
  };
}
