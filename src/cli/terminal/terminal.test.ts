import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import { openTerminal } from './terminal.ts';

test('names that somebody else chose move nothing in a terminal, as lines and as JSON', () => {
  const name = 'a\u009b2J\u001b[2J\u007f\u202efdp.exe\u2028b';
  for (const json of [false, true]) {
    const stdout = new PassThrough();
    const terminal = openTerminal({
      ...{ stdout, stderr: new PassThrough(), json, quiet: false, noColor: true, clock: Date.now },
    });
    terminal.show({ name }, () => [name]);
    const shown = String(stdout.read());
    assert.doesNotMatch(shown.trimEnd(), /\p{Cc}/u);
    if (json) {
      assert.doesNotMatch(shown, /[\u2028\u202e]/);
      assert.deepEqual(JSON.parse(shown), { name }, 'and a program reads the same name');
    }
  }
});
