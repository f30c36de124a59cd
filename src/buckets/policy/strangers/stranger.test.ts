import assert from 'node:assert/strict';
import { test } from 'node:test';
import { keyRule } from '../conditions/condition-keys.ts';
import { testOf } from '../conditions/operators.ts';
import { strangersValue, UNTOLD } from './stranger.ts';
import { newBudget } from '../patterns/budget.ts';

const profile = { signed: false, vpc: false };
const given = { variables: true, known: {} };

test('a long list of values that leaves none is paid for by its length, and once all is spent a value is assumed', () => {
  const values = Array.from({ length: 500 }, (_, index) => `value-${index}`);
  const listed = testOf('StringEquals', values, given);
  const demands = { must: [listed], mustNot: [listed] };
  const budget = newBudget();
  const before = budget.steps;
  const { rule } = keyRule('aws:referer');
  const found = () => strangersValue('aws:referer', rule, profile, demands, { atMs: null, budget });
  assert.equal(found(), undefined);
  assert.ok(before - budget.steps >= 10_000, `${before - budget.steps}`);
  budget.steps = 0;
  assert.equal(found(), UNTOLD);
});
