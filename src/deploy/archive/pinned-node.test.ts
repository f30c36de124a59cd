import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { hasCode } from '../../base/errors.ts';
import { NODE_PACKAGES, NODE_VERSION, pinnedNode } from './pinned-node.ts';

const folder = mkdtempSync(join(tmpdir(), 'pinned-node-'));
after(() => rmSync(folder, { recursive: true, force: true }));

test('the Node of an instance is the one that this checkout is tested on', () => {
  const { packages } = JSON.parse(readFileSync(join(import.meta.dirname, '../../../package-lock.json'), 'utf8')) as {
    packages: Record<string, { version: string; integrity: string }>;
  };
  for (const { name, sha512 } of Object.values(NODE_PACKAGES)) {
    const { version, integrity } = packages[`node_modules/${name}`] ?? {};
    assert.equal(version, NODE_VERSION, name);
    assert.equal(integrity, `sha512-${sha512}`, name);
  }
});

test('pinnedNode takes no other file than the one that npm has, and says how to get it', async () => {
  const file = join(folder, 'node.tgz');
  writeFileSync(file, 'something else');
  for (const architecture of ['arm64', 'x86_64'] as const) {
    await assert.rejects(pinnedNode(architecture, file), (error) => hasCode(error, 'deploy_node_altered'));
    await assert.rejects(pinnedNode(architecture, join(folder, 'none')), (error) =>
      hasCode(error, 'deploy_node_missing'),
    );
  }
  const other = process.arch === 'arm64' ? 'x86_64' : 'arm64';
  await assert.rejects(pinnedNode(other, null), (error) => {
    return hasCode(error, 'deploy_node_missing') && /npm pack node-linux-\w+@24/.test(error.remedy);
  });
});
