import assert from 'node:assert/strict';
import { test } from 'node:test';
import { killFigures } from './kill-figures.ts';
import type { KillFigures } from './kill-rounds.ts';

const settled = { complaints: [], objects: 40, bytes: 9000, unreferenced: { primary: 1, backup: 0 }, auditEvents: 70 };
const clean: KillFigures = {
  ...{ rounds: 5, killsInStart: 1, unknownDone: 2, unknownNotDone: 3, unknownOther: 0, repeated: 2, settled },
  acts: new Map([['upload', { acknowledged: 50, unknown: 5 }]]),
  findings: { complaints: [], versions: 60, broken: 0, files: 50, bytes: 8000 },
  moments: new Map([['a request', 5]]),
};

test('the figures of a run that lost nothing say so', () => {
  const said = killFigures(clean, 60).join('\n');
  for (const words of [/none by half/, /done once/, /each whole/, /both copies/, /agree$/m, /^lost +0$/m])
    assert.match(said, words);
});

test('the figures of a run that lost something claim none of it', () => {
  const complaints = ['/a0-home/a0-1 is gone (cut off: move)', 'usage: 1 bytes are told, the objects have 2'];
  const said = killFigures(
    {
      ...{ ...clean, unknownOther: 1, settled: { ...settled, complaints: complaints.slice(1) } },
      findings: { ...clean.findings, complaints, broken: 3 },
    },
    60,
  ).join('\n');
  for (const words of [/none by half/, /done once/, /each whole/, /both copies/, /events agree/])
    assert.doesNotMatch(said, words);
  for (const words of [/ 1 by half or otherwise/, /3 of them not whole/, /do not agree in 1 place$/m, /^lost +2$/m])
    assert.match(said, words);
  for (const complaint of complaints) assert.ok(said.includes(complaint));
});
