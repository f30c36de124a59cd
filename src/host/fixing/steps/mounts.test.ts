import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { test } from 'node:test';

const namespace = ['--user', '--map-root-user', '--mount'];
const skip = spawnSync('unshare', [...namespace, 'true']).status === 0 ? false : 'needs a mount namespace of its own';

/** Runs in a namespace, where nobody else sees what it mounts. */
const INSIDE = `
import { execFileSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { foundMount, mountAnew, planMount } from '${new URL('mounts.ts', import.meta.url).href}';
const place = { root: '', init: 'none' };
const folder = mkdtempSync('/tmp/mounts ');
execFileSync('mount', ['-t', 'tmpfs', '-o', 'nosuid', 'tmpfs', folder]);
writeFileSync(folder + '/program', '#!/bin/sh\\n', { mode: 0o755 });
const starts = () => { try { execFileSync(folder + '/program'); return true; } catch { return false; } };
const step = await planMount(place, folder, ['nosuid', 'nodev', 'noexec']);
const told = [await foundMount(place, step), starts()];
await mountAnew(folder, step.after);
told.push(await foundMount(place, step), starts());
await mountAnew(folder, step.before);
told.push(await foundMount(place, step), starts());
const none = await planMount(place, folder + '/none', ['noexec']).catch((error) => error.code);
execFileSync('umount', [folder]);
console.log(JSON.stringify({ told, none, added: step.after.filter((each) => !step.before.includes(each)) }));
`;

test('options are added to a mount, which then starts no program, and taken back as they were', { skip }, () => {
  const words = [...namespace, process.execPath, '--input-type=module', '--eval', INSIDE];
  assert.deepEqual(JSON.parse(execFileSync('unshare', words, { encoding: 'utf8' })), {
    told: ['before', true, 'made', false, 'before', true],
    none: 'host_fix_impossible',
    added: ['nodev', 'noexec'],
  });
});
