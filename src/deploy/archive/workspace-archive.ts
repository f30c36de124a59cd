/** What is deployed: the template, and one archive with the built program, its Node and what starts it, named after what is in it. */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile, readdir } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { tarOf } from '../../base/formats/tar.ts';
import { deployErrors } from '../errors.ts';
import { pinnedNode } from './pinned-node.ts';

const gzipped = promisify(gzip);

export const architectures = ['arm64', 'x86_64'] as const;
export type Architecture = (typeof architectures)[number];

export interface WorkspaceArchive {
  readonly template: string;
  /** Of the bucket for second copies in another Region. */
  readonly copiesTemplate: string;
  readonly bytes: Buffer;
  /** `workspace-<first half of its SHA-256>.tar.gz`: another archive has another name, so that CloudFormation sees the change. */
  readonly key: string;
  readonly sha256: string;
}

/** Where each lies: built, beside the program; in a checkout, where it was written. */
const PARTS = {
  'workspace.yaml': 'deploy/aws/workspace.yaml',
  'copies.yaml': 'deploy/aws/copies.yaml',
  'boot.sh': 'deploy/aws/boot.sh',
  'holdfast.service': 'deploy/systemd/holdfast.service',
} as const;

/** Throws `deploy_not_built`, `deploy_node_missing`, `deploy_node_altered`. */
export async function workspaceArchive(architecture: Architecture, nodeFile: string | null): Promise<WorkspaceArchive> {
  const dist = builtFolder();
  const read = async (name: keyof typeof PARTS): Promise<Buffer> => {
    const path = [join(dist, 'deploy', name), join(dist, '..', PARTS[name])].find((each) => existsSync(each));
    if (path === undefined) throw deployErrors('deploy_not_built', { attempted: `Read ${name}` });
    return await readFile(path);
  };
  const names = (await readdir(dist, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile() && !entry.name.startsWith('built-from'))
    .map((entry) => relative(dist, join(entry.parentPath, entry.name)))
    .toSorted();
  const built = await Promise.all(
    names.map(async (name) => ({
      path: `dist/${name.replaceAll('\\', '/')}`,
      bytes: await readFile(join(dist, name)),
    })),
  );
  const tar = tarOf('holdfast', [
    ...built,
    { path: 'bin/node', bytes: await pinnedNode(architecture, nodeFile) },
    { path: 'deploy/boot.sh', bytes: await read('boot.sh') },
    { path: 'deploy/holdfast.service', bytes: await read('holdfast.service') },
  ]);
  // Three quarters of it are one program, which more work makes hardly smaller.
  const bytes = await gzipped(tar, { level: 4 });
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const [template = '', copiesTemplate = ''] = await Promise.all(
    (['workspace.yaml', 'copies.yaml'] as const).map(async (name) => (await read(name)).toString('utf8')),
  );
  return { template, copiesTemplate, bytes, key: `workspace-${sha256.slice(0, 32)}.tar.gz`, sha256 };
}

/** The program runs from it, or from sources beside it. Throws `deploy_not_built`. */
function builtFolder(): string {
  for (let folder = import.meta.dirname; ; folder = dirname(folder)) {
    for (const each of [folder, join(folder, 'dist')]) {
      if (existsSync(join(each, 'serve.cjs'))) return each;
    }
    if (folder === dirname(folder)) throw deployErrors('deploy_not_built', { attempted: 'Look for the built program' });
  }
}
