import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { covers, matches, parseGlob, type Glob } from './glob.ts';
import { newBudget } from './budget.ts';
import { wordIn } from './word.ts';

const glob = (text: string): Glob => parseGlob(text, { variables: false, known: {} });

/** Patterns over two letters, and every text of them up to a length that tells any two of these apart. */
const patterns = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?'), maxLength: 4 }).map(glob);
const languages = fc.array(patterns, { minLength: 1, maxLength: 2 });
const texts = ['', ...'abc'].flatMap((a) =>
  ['', ...'abc'].flatMap((b) =>
    ['', ...'abc'].flatMap((c) => ['', ...'abc'].flatMap((d) => ['', ...'abc'].map((e) => a + b + c + d + e))),
  ),
);

test('a pattern matches what the same regular expression does', () => {
  fc.assert(
    fc.property(patterns, fc.constantFrom(...texts), (pattern, text) => {
      const expression = new RegExp(`^${pattern.text.replaceAll('*', '.*').replaceAll('?', '.')}$`);
      assert.equal(matches(pattern, text, null), expression.test(text));
    }),
    { seed: 1, numRuns: 2_000 },
  );
});

test('a text is found whenever there is one, and is one', () => {
  fc.assert(
    fc.property(
      fc.array(languages, { minLength: 1, maxLength: 2 }),
      fc.array(patterns, { maxLength: 2 }),
      (all, none) => {
        const fits = (text: string): boolean =>
          all.every((globs) => globs.some((each) => matches(each, text, null))) &&
          !none.some((each) => matches(each, text, null));
        const word = wordIn(all, none, newBudget());
        if (typeof word === 'string') assert.ok(fits(word), word);
        else assert.deepEqual(texts.filter(fits), []);
      },
    ),
    { seed: 1, numRuns: 1_000 },
  );
});

test('a pattern that covers another matches all that it does', () => {
  fc.assert(
    fc.property(patterns, patterns, (one, other) => {
      if (!covers(one, other, newBudget())) return;
      assert.deepEqual(
        texts.filter((text) => matches(other, text, null) && !matches(one, text, null)),
        [],
      );
    }),
    { seed: 1, numRuns: 1_000 },
  );
});

test('variables are anything, where they are variables, and single characters are themselves', () => {
  const read = (text: string, variables = true): Glob =>
    parseGlob(text, { variables, known: { 'aws:resourceaccount': '111' } });
  assert.ok(matches(read('home/${aws:username}/*'), 'home/ada/x', null));
  assert.equal(read('home/${aws:username}/*').open, true);
  assert.ok(!matches(read('home/${aws:username}/*', false), 'home/ada/x', null));
  assert.equal(read('a${*}b').literal, 'a*b');
  assert.equal(read('x-${AWS:ResourceAccount}').literal, 'x-111');
  assert.ok(matches(read('open-${'), 'open-${', null));
});

test('what is only compared is paid for too, and nothing is told once all is spent', () => {
  const many = Array.from({ length: 400 }, (_, index) => glob(`key-${index}`));
  const budget = newBudget();
  const before = budget.steps;
  assert.equal(wordIn([many], many, budget), null);
  assert.ok(before - budget.steps >= 5_000, `${before - budget.steps}`);
  budget.steps = -1;
  assert.equal(wordIn([many], many, budget), undefined);
});

test('a long text that is read again and again behind a star is paid for by every character', () => {
  const long = glob('a'.repeat(6000));
  const stars = Array.from({ length: 4 }, (_, index) => glob(`*${'a'.repeat(2000)}b${index}`));
  const budget = newBudget();
  const before = budget.steps;
  assert.equal(wordIn([[long]], stars, budget), long.text);
  assert.ok(before - budget.steps > 100_000, `${before - budget.steps}`);
});
