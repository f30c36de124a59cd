import assert from 'node:assert/strict';
import { test } from 'node:test';
import { servedWorkspace } from '../support/crash/served-workspace.ts';
import { straceOrSkip } from '../support/trace/strace.ts';
import { tracedActs } from '../support/trace/traced-acts.ts';

/** A kill keeps what the system has taken; a power cut does not. So the order of the system calls themselves is watched. */

const ACTS = [
  ...['upload', 'version', 'uploads at once', 'move', 'rename', 'folder made'],
  ...['copy of a file', 'copy of a folder', 'trash', 'purge'],
];

test('an act is answered only when it would survive a power cut: bytes, file, name, folder, records, and then the 2xx', async (t) => {
  if (!straceOrSkip(t)) return;
  await using workspace = await servedWorkspace();
  const found = await tracedActs(workspace);
  assert.deepEqual([...found.keys()], ACTS);
  for (const [act, breaches] of found) assert.deepEqual(breaches, [], act);
  t.diagnostic(`in order, from the bytes to the 2xx: ${ACTS.join(', ')}`);
});

/** `acts`: the ones that are watched, each of which has to be found guilty. */
const MUTANTS = [
  { without: 'files', acts: ['upload', 'version'], says: /no fsync of the file/ },
  { without: 'folders', acts: ['upload', 'purge'], says: /no fsync of (its|the) folder/ },
  { without: 'records', acts: ['upload', 'move', 'purge'], says: /no fsync of their log/ },
] as const;

for (const { without, acts, says } of MUTANTS) {
  test(`a server that leaves out the fsync of ${without} is found out`, async (t) => {
    if (!straceOrSkip(t)) return;
    await using workspace = await servedWorkspace({ withoutSync: without });
    const found = await tracedActs(workspace, acts);
    assert.deepEqual([...found.keys()], acts);
    for (const [act, breaches] of found) assert.match(breaches.join('\n'), says, act);
  });
}
