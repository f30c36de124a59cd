/** Whoever stops waiting for a store that does not answer is let go, and what was written to try it is taken out. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EMPTY_LIST, type ScriptedAnswer, scriptedS3 } from '../../../../../test/support/s3/scripted-s3.ts';
import { commandErrors } from '../../../../base/commands/errors.ts';
import { silentLog } from '../../../../base/log.ts';
import { settingsOf } from '../../../../base/settings.ts';
import { storageSettings } from '../../../settings.ts';
import { examineS3Bucket } from './health.ts';
import { openS3ObjectStore } from '../s3.ts';

const settings = settingsOf(storageSettings, { s3StallTimeoutMs: 600_000, s3RequestTimeoutMs: 600_000, s3Attempts: 1 });
const xml = (text: string): ScriptedAnswer => [200, 'application/xml', text];
/** As the command line stops: an error of our own, which says nothing of the store. */
const REASON = commandErrors('interrupted');

/** Says yes to everything until it is asked what `falls` matches; that it never answers, and whoever waits goes away. */
async function fallingSilent() {
  const asked: string[] = [];
  let falls: RegExp | null = null;
  let away = new AbortController();
  const setup = await scriptedS3((_, line) => {
    asked.push(line);
    if (falls?.test(line)) {
      falls = null;
      away.abort(REASON);
      return Promise.withResolvers<ScriptedAnswer>().promise;
    }
    if (line.startsWith('POST')) return xml('<R><Bucket>team</Bucket><UploadId>one</UploadId></R>');
    if (line.startsWith('PUT')) return [200, 'application/xml', '', { etag: '"0"' }];
    if (line.startsWith('DELETE')) return [204, 'application/xml', ''];
    return line.startsWith('GET /team/probe-') && !line.includes('uploadId=')
      ? [200, 'text/plain', '0123456789', { etag: '"0"' }]
      : EMPTY_LIST;
  });
  return {
    ...setup,
    asked,
    /** The signal of whoever waits. */
    at(pattern: RegExp): AbortSignal {
      asked.length = 0;
      falls = pattern;
      away = new AbortController();
      return away.signal;
    },
  };
}

/** Of the objects and uploads that were made since, those that nobody took out. */
function left(asked: readonly string[]): string[] {
  const made = asked.filter((line) => /^(PUT|POST) \S*\/probe-/.test(line) && !line.includes('partNumber='));
  const keyOf = (line: string): string => /\/probe-[^?]+/.exec(line)?.[0] ?? '';
  const isGone = (line: string): boolean =>
    asked.some(
      (other, at) =>
        other.startsWith('DELETE') &&
        keyOf(other) === keyOf(line) &&
        other.includes('uploadId=') === line.startsWith('POST') &&
        at > asked.lastIndexOf(line),
    );
  return made.filter((line) => !isGone(line));
}

test('opening a store that does not answer ends with the signal', async () => {
  await using setup = await fallingSilent();
  for (const pattern of [/list-type=2/, /versioning/, /uploads/]) {
    const signal = setup.at(pattern);
    await assert.rejects(openS3ObjectStore({ place: setup.place, settings, log: silentLog, signal }), REASON);
  }
});

test('trying a bucket out ends with the signal, and leaves nothing there', async () => {
  await using setup = await fallingSilent();
  for (const pattern of [/^GET \/team\/probe-/, /^GET .*object-lock/]) {
    const signal = setup.at(pattern);
    await using store = await openS3ObjectStore({ place: setup.place, settings, log: silentLog, signal });
    await assert.rejects(store.learn(), REASON);
    assert.ok(setup.asked.some((line) => line.startsWith('PUT /team/probe-')));
    assert.deepEqual(left(setup.asked), []);
  }
});

test('a look at a bucket ends with the signal, and leaves nothing there', async () => {
  await using setup = await fallingSilent();
  for (const pattern of [/^GET .*versioning/, /^GET \/team\/probe-\S*$/, /^GET .*uploadId=/, /^GET .*acl/]) {
    const signal = setup.at(pattern);
    await assert.rejects(examineS3Bucket(setup.place, settings, signal), REASON);
    assert.deepEqual(left(setup.asked), [], String(pattern));
    const has = (method: string): boolean => setup.asked.some((line) => line.startsWith(method));
    assert.ok(has('PUT') || !has('DELETE'), `${pattern}: nothing was written that could be taken out`);
  }
});
