import assert from 'node:assert/strict';
import { test } from 'node:test';
import { commandErrors } from '../base/commands/errors.ts';
import { errorCatalogue } from '../base/errors.ts';
import { errorLines, errorProblem, exitCodeOf } from './show-error.ts';
import { styles } from './terminal/styles.ts';

const sample = errorCatalogue({
  name_taken: { status: 409, title: 'It is there already', remedy: 'Choose another name.' },
});

test('an error has three parts and its code at the end', () => {
  const error = sample('name_taken', { attempted: 'Store “a\u001b[2J”', detail: 'since 1999.' });
  assert.deepEqual(errorLines(error, styles(false)), [
    'Could not: Store “a\\u{1b}[2J”',
    'It is there already: since 1999.',
    'Choose another name.',
    'name_taken',
  ]);
  assert.equal(errorLines(sample('name_taken'), styles(false))[0], 'Error: It is there already.');
});

test('several mistakes are a line each, and no line break of theirs makes another one', () => {
  const extra = { mistakes: ['The port is no number.', 'A name holds \n- a line break'] };
  const error = sample('name_taken', { attempted: 'Read', detail: extra.mistakes.join(' '), extra });
  assert.deepEqual(errorLines(error, styles(false)), [
    'Could not: Read',
    'It is there already:',
    '- The port is no number.',
    '- A name holds \\u{a}- a line break.',
    'Choose another name.',
    'name_taken',
  ]);
});

test('as JSON it is a problem object', () => {
  const error = sample('name_taken', { attempted: 'Store', extra: { index: 3 } });
  assert.deepEqual(errorProblem(error), {
    code: 'name_taken',
    title: 'It is there already',
    status: 409,
    attempted: 'Store',
    remedy: 'Choose another name.',
    index: 3,
  });
  assert.equal(errorProblem(new TypeError('x'))['code'], 'internal_error');
});

test('wrong usage is 2, everything else that could not run is 3', () => {
  assert.equal(exitCodeOf(commandErrors('usage_invalid')), 2);
  assert.equal(exitCodeOf(commandErrors('server_unreachable')), 3);
  assert.equal(exitCodeOf(sample('name_taken')), 3);
  assert.equal(exitCodeOf(new TypeError('a fault of ours')), 3);
});
