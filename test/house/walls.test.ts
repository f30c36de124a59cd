import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, globSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import config from '../../oxlint.config.ts';

const ROOT = join(import.meta.dirname, '../..');

/** One planted line each, and what the linter must say about it; `null`: nothing at all. */
const PLANTED: readonly [place: string, line: string, why: RegExp | null][] = [
  ['src/base/a.ts', `export * from '../age/index.ts';`, /imports nothing above it/],
  ['src/base/http/a.ts', `export * from '../../accounts/wire.ts';`, /imports nothing above it/],
  ['src/base/text/a.ts', `export * from '../crypto/hmac.ts';`, /know none of each other/],
  ['src/base/b.ts', `export * from './crypto/hmac.ts';`, /know none of each other/],
  ['src/server/access/a.ts', `export * from '../sockets/listen.ts';`, /know none of each other/],
  ['src/age/a.ts', `export * from '../storage/index.ts';`, /file format alone/],
  ['src/storage/objects/a.ts', `export * from '../../accounts/index.ts';`, /opaque bytes/],
  ['src/storage/records/b.ts', `export * from 'node:sqlite';`, /SQL stays in/],
  ['src/stacks/a.ts', `export * from '../buckets/index.ts';`, /none of what is deployed/],
  ['src/stacks/formation.ts', `export * from '@aws-sdk/client-cloudformation';`, null],
  ['src/accounts/a.ts', `export type * from '../files/index.ts';`, /lies below files/],
  ['src/accounts/b.ts', `export const loaded = await import('../server/index.ts');`, /lies below files/],
  ['src/audit/a.ts', `export * from '../accounts/index.ts';`, /lies below them/],
  ['src/notifications/a.ts', `export * from '../accounts/index.ts';`, /knows none of them/],
  ['src/files/a.ts', `export * from '../cli/index.ts';`, /serves any front door/],
  ['src/files/b.ts', `export * from '../accounts/sign-up.ts';`, /Enter accounts\/ by its face/],
  ['src/files/c.ts', `export * from '../compose.ts';`, /serves any front door/],
  ['src/files/d.ts', `export * from '@aws-sdk/client-s3';`, /Cloud SDKs/],
  ['src/network/store/a.ts', `export * from 'mongodb';`, /drivers of databases/],
  ['src/notifications/channels/a.ts', `export * from '@aws-sdk/client-sns';`, /Cloud SDKs/],
  ['src/notifications/channels/b.ts', `export * from '../../accounts/index.ts';`, /handed in by compose/],
  ['src/notifications/channels/c.ts', `export { request } from 'node:http';`, /loads the whole of fetch/],
  ['src/files/e.ts', `export const home = process.env['HOME'];`, /process\.env/],
  ['src/files/f.ts', `export const f = async () => {};f();`, /Promises must be awaited/],
  ['src/files/Bad_Name.ts', `export const x = 1;`, /kebab/],
  ['src/tls/a.ts', `export * from '../server/index.ts';`, /knows no request/],
  ['src/server/a.ts', `export * from '../config/index.ts';`, /handed in by compose/],
  ['src/cli/a.ts', `export * from '../files/index.ts';`, /loads no server code/],
  ['src/cli/b.ts', `export const loaded = await import('../compose.ts');`, /loads no server code/],
  ['src/config/a.ts', `export * from '../storage/index.ts';`, /wires nothing/],
  ['src/compose/a.ts', `export * from '../entry/serve.ts';`, /imports an executable/],
  ['src/compose/b.ts', `export * from '../files/store.ts';`, /Enter files\/ by its face/],
  ['web/src/base/a.ts', `export type * from '../../../src/files/index.ts';`, /only the types in wire\.ts/],
  ['web/src/base/b.ts', `import { Done } from '../../../src/files/wire.ts';export const done = Done;`, /types alone/],
  ['web/src/base/c.ts', `export * from 'node:fs';`, /runs in a browser/],

  ['src/server/b.ts', `export type { Server } from 'node:http';`, null],
  ['src/server/sockets/a.ts', `export * from '../access/edge.ts';`, null],
  ['src/server/pages/b.ts', `export * from '../errors.ts';`, null],
  ['src/server/c.ts', `export * from './pages/html.ts';`, null],
  ['src/base/aws/profile.ts', `export * from '@aws-sdk/credential-provider-ini';`, null],
  ['src/files/g.ts', `export * from '../accounts/index.ts';`, null],
  ['src/files/h.ts', `export * from '../base/errors.ts';`, null],
  ['src/cli/c.ts', `export * from '../files/commands.ts';`, null],
  ['src/config/b.ts', `export * from '../files/settings.ts';`, null],
  ['src/config/env.ts', `export const home = process.env['HOME'];`, null],
  ['src/storage/records/sqlite/a.ts', `export * from 'node:sqlite';`, null],
  ['src/network/store/mongodb/a.ts', `export * from 'mongodb';`, null],
  ['src/notifications/channels/sns.ts', `export * from '@aws-sdk/client-sns';`, null],
  ['src/compose/c.ts', `export * from '../files/index.ts';`, null],
  ['web/src/features/files/a.ts', `export type * from '../../../../src/files/wire.ts';`, null],
  ['web/src/features/files/b.ts', `export type * from '../../../../src/files/listing/wire.ts';`, null],
  ['src/entry/a.ts', `export * from '../compose.ts';`, null],
];

/** Lints a copy of the house that holds just the planted lines; what was said, by file. */
function lintPlanted(): Map<string, string> {
  const house = mkdtempSync(join(tmpdir(), 'walls-'));
  try {
    for (const file of ['oxlint.config.ts', 'package.json', 'tsconfig.json'])
      cpSync(join(ROOT, file), join(house, file));
    symlinkSync(join(ROOT, 'node_modules'), join(house, 'node_modules'));
    for (const [place, line] of PLANTED) {
      mkdirSync(join(house, dirname(place)), { recursive: true });
      writeFileSync(join(house, place), `${line}\n`);
    }
    const command = [join(ROOT, 'node_modules/oxlint/bin/oxlint'), '--format=json', 'src', 'web'];
    const { stdout } = spawnSync(process.execPath, command, { cwd: house, encoding: 'utf8' });
    const { diagnostics } = JSON.parse(stdout) as {
      diagnostics: { message: string; help?: string; filename: string }[];
    };
    const said = new Map<string, string>();
    for (const { filename, message, help } of diagnostics) {
      said.set(filename, [said.get(filename), message, help].filter(Boolean).join('\n'));
    }
    return said;
  } finally {
    rmSync(house, { recursive: true, force: true });
  }
}

const said = lintPlanted();

for (const [place, line, why] of PLANTED) {
  test(`the linter ${why ? 'refuses' : 'lets pass'} in ${place}: ${line}`, () => {
    if (why) assert.match(said.get(place) ?? '', why);
    else assert.equal(said.get(place), undefined);
  });
}

test('every folder of src/ has its wall', () => {
  const walled = new Set(
    (config.overrides ?? []).flatMap(({ files, rules }) => (rules && 'no-restricted-imports' in rules ? files : [])),
  );
  const folders = globSync('src/*/', { cwd: ROOT }).map((folder) => `${folder.replace(/[/\\]$/, '')}/**`);
  assert.ok(folders.length > 0);
  assert.deepEqual(
    folders.filter((folder) => !walled.has(folder)),
    [],
  );
});
