/** `npm run test:stores` runs the tests of accounts and files once more on S3 and DynamoDB: which ones, and why not others. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

const ROOT = join(import.meta.dirname, '../..');
const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { scripts: Record<string, string> };
const NAMES = /integration\/\{([^}]+)\}/.exec(scripts['test:stores'] ?? '')?.[1]?.split(',') ?? [];
const path = (name: string): string => join(ROOT, `test/integration/${name}.test.ts`);

/** About accounts or files too, and yet on folders and SQLite alone. */
const ON_A_DISK: Readonly<Record<string, string>> = {
  'changed-stores': 'moves and replaces folders; buckets in s3-workspace and s3-moves of test/services',
  'cli-faults': 'its server is one that lies, and has no stores',
  'copies-health': 'spoils files on the disk; what becomes of copies in one store is in src/files/copies',
  'lost-stores': 'empties folders; a bucket that is deleted is in s3-faults of test/services',
  'records-backups': 'a file of SQLite is backed up; a table has its own way',
  'stolen-data': 'reads every byte of the files that a thief would take; what leaves for S3 is the same ciphertext',
  'storage-faults': 'takes the stores of folders apart; s3-faults does it with S3',
  'storage-kill': 'kills a store of folders; S3 in test/faults/s3-storm',
  'store-moves': 'moves between folders; between buckets in s3-moves of test/services',
  'uploads-kill': 'kills while folders are written; S3 in test/faults/s3-storm',
  'workspace-stores':
    'is about folders that are not there, or are one; buckets in s3-probe and s3-rights of test/services',
};

/** Not about accounts or files: why, and which ones. */
const ABOUT_OTHER_THINGS: Readonly<Record<string, readonly string[]>> = {
  'chat: its records go through the port whose contract runs on every engine, and so do its attachments': [
    ...['chat-app-password', 'chat-attachments', 'chat-bots', 'chat-bots-cli', 'chat-cli', 'chat-files-cli'],
    ...['chat-http', 'chat-kill', 'chat-line', 'chat-live', 'chat-moderation', 'chat-moderation-cli', 'chat-notices'],
    'chat-outgoing',
  ],
  'guards and what they find: hosts, buckets and networks are looked at, and not the stores of a workspace': [
    ...[
      'agent',
      'agent-lied-to',
      'bucket-audits',
      'bucket-verbs',
      'findings',
      'fleet',
      'grace-queue',
      'host-scan',
      'network-archive',
      'network-detections',
      'network-http',
    ],
    ...['network-keep', 'network-read', 'own-buckets'],
  ],
  'notices and the ways that they go out': ['channels-syslog', 'channels-webhook', 'notices', 'owner-mailer'],
  'the process, its sockets and its figures': ['metrics', 'opened-sockets', 'server-process', 'tls'],
  'the program as it is built, started, completed and documented': [
    ...['built-checkout', 'cli-launcher', 'completion', 'demo', 'documented-commands', 'documented-pages', 'package'],
  ],
  'encrypts files on this computer, without a server': ['cli-encrypt'],
  'the rules of routes: who is nobody is told before a record is read, and accounts-http logs in on every engine': [
    'deny-by-default',
  ],
  'opens folders and files of SQLite as earlier releases left them': ['releases'],
};

test('every test that runs on the stores once more starts a server that keeps its data there', () => {
  assert.ok(NAMES.length > 15);
  for (const name of NAMES) {
    assert.match(
      readFileSync(path(name), 'utf8'),
      /\b(startServer|testedStores)\(/,
      `${name} would prove nothing there`,
    );
  }
});

test('no integration test is forgotten: each runs on the stores, or is left out once, with the reason', () => {
  const all = readdirSync(join(ROOT, 'test/integration')).filter((name) => name.endsWith('.test.ts'));
  const named = [...NAMES, ...Object.keys(ON_A_DISK), ...Object.values(ABOUT_OTHER_THINGS).flat()];
  assert.deepEqual(named.toSorted(), all.map((name) => name.slice(0, -'.test.ts'.length)).toSorted());
});

test('what is left out is there, and says why', () => {
  for (const name of Object.keys(ON_A_DISK)) {
    assert.ok(existsSync(path(name)), name);
    assert.ok(!NAMES.includes(name), `${name} runs on the stores`);
  }
});
