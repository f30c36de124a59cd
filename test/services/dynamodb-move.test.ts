import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { test } from 'node:test';
import { systemClock } from '../../src/base/clock.ts';
import { hasCode } from '../../src/base/errors.ts';
import { silentLog } from '../../src/base/log.ts';
import { moveRecordsOffline } from '../../src/compose.ts';
import { openDynamoRecordStore } from '../../src/storage/index.ts';
import { dynamoPlace, recordsUrl, skipWithoutDynamo } from '../support/stores/dynamodb-local.ts';
import { startServer } from '../support/servers/start-server.ts';
import { personalDrive } from '../support/clients/workspace-files.ts';

const skip = skipWithoutDynamo;
// The move runs in this process and reads its environment, where this name is no setting.
delete process.env['HOLDFAST_SERVICES'];
const { signal } = new AbortController();

test(
  'a workspace moves from a file into DynamoDB and on into another file, and works at every stop',
  { skip },
  async (t) => {
    const data = await mkdtemp(join(tmpdir(), 'holdfast-move-'));
    t.after(() => rm(data, { recursive: true, force: true }));
    const places = [
      pathToFileURL(join(data, 'records.sqlite')).href,
      recordsUrl(),
      pathToFileURL(join(data, 'moved/records.sqlite')).href,
    ];
    const move = (from: string, to: string) =>
      moveRecordsOffline({ from, to, dataFolder: data, signal, onProgress: () => undefined });
    let token = '';
    const stored: string[] = [];
    for (const [stop, url] of places.entries()) {
      {
        await using server = await startServer({ data, environment: { HOLDFAST_RECORDS: url } });
        if (stop === 0) ({ token } = await server.signUp());
        await assert.rejects(move(url, recordsUrl()), (error) => hasCode(error, 'data_in_use'));
        const drive = await personalDrive(server, token);
        const name = `stored at stop ${stop}.txt`;
        await drive.put('root', name, Buffer.from(name));
        stored.push(name);
        const listed = await drive.list('root');
        assert.deepEqual(listed.map((entry) => entry.name).toSorted(), stored);
        for (const entry of listed) assert.equal((await drive.read(entry.id)).toString(), entry.name);
      }
      const next = places[stop + 1];
      if (next === undefined) break;
      const moved = await move(url, next);
      // Once more into the same place, which now holds them: refused.
      await assert.rejects(move(url, next), (error) => hasCode(error, 'records_not_empty'));
      // Back into a fresh file: the very same records as went in.
      const back = pathToFileURL(join(data, `back-${stop}.sqlite`)).href;
      assert.deepEqual(await move(next, back), moved);
    }
  },
);

test('no server starts on records that are half moved', { skip }, async () => {
  const place = dynamoPlace();
  const mayCreate = () => Promise.resolve(true);
  {
    await using records = await openDynamoRecordStore({ ...place, clock: systemClock, log: silentLog, mayCreate });
    await records.transact([
      { op: 'put', pk: 'records-move', sk: 'state', value: { from: 'file:///x', after: null, moved: 0 } },
    ]);
  }
  const start = startServer({ environment: { HOLDFAST_RECORDS: recordsUrl(place.table) } });
  await assert.rejects(start, (error) => hasCode(error, 'records_move_unfinished'));
});
