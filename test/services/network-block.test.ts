/** Blocks in a network namespace of the test's own, with the kernel's real nftables. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';

const isHere = process.getuid?.() === 0;
if (!isHere && process.env['HOLDFAST_SERVICES'] === 'required') throw new Error('needs root, nft, ip and unshare');
const folder = mkdtempSync(join(tmpdir(), 'network-block-'));
after(() => rmSync(folder, { recursive: true }));

interface Answer {
  readonly exitCode: number;
  readonly said: {
    readonly code?: string;
    readonly detail?: string;
    readonly state?: string;
    readonly commands?: string;
    readonly blocks?: readonly { readonly address: string; readonly why: string; readonly by: string }[];
  };
}
interface Steps {
  readonly before: boolean;
  readonly dryRun: readonly [Answer, boolean, string];
  readonly made: readonly [Answer, boolean, number];
  readonly again: Answer;
  readonly list: Answer;
  readonly second: Answer;
  readonly undone: readonly [Answer, boolean];
  readonly over: readonly [Answer, Answer, Answer];
  readonly automatic: readonly [string, boolean, Answer, Answer];
  readonly changed: readonly [Answer, Answer, boolean];
  readonly foreign: Answer;
  readonly refused: readonly Answer[];
}
let steps: Steps;

before(async () => {
  if (!isHere) return;
  const lab = join(import.meta.dirname, '../support/network/labs/block-lab.ts');
  const { stdout } = await promisify(execFile)('unshare', ['--net', process.execPath, lab, folder], {
    timeout: 280_000,
  });
  steps = JSON.parse(stdout) as Steps;
});

test('a dry run shows the change and does nothing', { skip: !isHere }, () => {
  assert.ok(steps.before);
  const [answer, isReached, rules] = steps.dryRun;
  assert.equal(answer.exitCode, 0);
  assert.match(answer.said.commands ?? '', /add element inet holdfast_block blocked4 \{ 192\.0\.2\.2 timeout 3600s \}/);
  assert.deepEqual([isReached, rules], [true, '']);
});

test('a block drops all there is, open connections too, and is listed with its reason', { skip: !isHere }, () => {
  const [answer, isReached, echoed] = steps.made;
  assert.deepEqual([answer.exitCode, answer.said.state, isReached, echoed], [0, 'done', false, 0]);
  assert.equal(steps.again.said.code, 'network_block_made_already');
  assert.deepEqual(
    steps.list.said.blocks?.map(({ address, why }) => [address, why]),
    [['192.0.2.2', 'a test']],
  );
  assert.equal(steps.second.exitCode, 0);
});

test('a block ends by itself after its time, and lets through again', { skip: !isHere }, () => {
  const [made, list, undone] = steps.over;
  assert.deepEqual([made.exitCode, made.said.state], [0, 'done']);
  assert.deepEqual(
    list.said.blocks?.filter(({ address }) => address === '192.0.2.2'),
    [],
  );
  assert.deepEqual([undone.exitCode, undone.said.state], [0, 'undone']);
});

test(
  'who guesses passwords from outside is blocked by a live capture where the setting says so, with receipt and undo',
  { skip: !isHere },
  () => {
    const [told, isReached, list, undone] = steps.automatic;
    assert.match(told, /192\.0\.2\.2 is blocked until .*Login::Guessing.*holdfast network unblock 192\.0\.2\.2/s);
    assert.equal(isReached, false);
    const block = list.said.blocks?.find(({ address }) => address === '192.0.2.2');
    assert.equal(block?.by, 'automatic');
    assert.match(block.why, /^Login::Guessing: 192\.0\.2\.2 tried \d+ logins/);
    assert.deepEqual([undone.exitCode, undone.said.state], [0, 'undone']);
  },
);

test('taken back it is gone; what somebody changed in between is left and told', { skip: !isHere }, () => {
  assert.deepEqual([steps.undone[0].said.state, steps.undone[1]], ['undone', true]);
  const [made, undone, isReached] = steps.changed;
  assert.equal(made.exitCode, 0);
  assert.deepEqual([undone.exitCode, undone.said.code, isReached], [3, 'network_block_changed', false]);
  assert.equal(steps.foreign.said.code, 'network_block_changed');
});

test('own addresses, gateways, the operator’s session and the allow list are refused', { skip: !isHere }, () => {
  assert.deepEqual(
    steps.refused.map(({ said }) => said.code),
    steps.refused.map(() => 'network_block_refused'),
  );
  assert.match(steps.refused[5]?.said.detail ?? '', /your own SSH session/);
});
