import assert from 'node:assert/strict';
import { test } from 'node:test';
import { QueryObserver } from '@tanstack/react-query';
import { queryClient } from './query-client.ts';

/** A page that shows what a server answers when it is let, beginning with what it knew when it was asked. */
function shown(queryKey: string[], known: () => string) {
  const answers: (() => void)[] = [];
  const observer = new QueryObserver(queryClient, {
    queryKey,
    queryFn: async () => {
      const answer = known();
      await new Promise<void>((resolve) => answers.push(resolve));
      return answer;
    },
  });
  const leave = observer.subscribe(() => undefined);
  return {
    answer: async () => {
      answers.shift()?.();
      await new Promise(setImmediate);
    },
    asked: () => answers.length,
    data: () => observer.getCurrentResult().data,
    [Symbol.dispose]: leave,
  };
}

test('what changes while it is asked for the first time is asked for once more', async () => {
  let now = 'before';
  using page = shown(['first'], () => now);
  now = 'after';
  void queryClient.invalidateQueries({ queryKey: ['first'] });
  await page.answer();
  assert.equal(page.data(), 'before');
  await page.answer();
  assert.equal(page.data(), 'after');
  assert.equal(page.asked(), 0);
});

test('what failed before and is asked for anew by it is asked for once', async () => {
  let asked = 0;
  const observer = new QueryObserver(queryClient, {
    queryKey: ['failed'],
    retry: false,
    queryFn: async () => {
      asked += 1;
      if (asked === 1) throw new Error('gone');
      return 'here';
    },
  });
  const leave = observer.subscribe(() => undefined);
  await new Promise(setImmediate);
  await queryClient.invalidateQueries({ queryKey: ['failed'] });
  leave();
  assert.equal(observer.getCurrentResult().data, 'here');
  assert.equal(asked, 2);
});

test('what changes while it is asked for and nobody shows it is asked for anew when somebody does', async () => {
  const queryKey = ['unseen'];
  queryClient.setQueryData(queryKey, 'before');
  let answer = (_: string): void => undefined;
  const queryFn = () => new Promise<string>((resolve) => (answer = resolve));
  const asked = queryClient.query({ queryKey, queryFn, staleTime: 0 });
  const said = queryClient.invalidateQueries({ queryKey });
  answer('before');
  await Promise.all([asked, said]);
  assert.equal(queryClient.getQueryState(queryKey)?.isInvalidated, true);
});

test('what nothing was said of is asked for once', async () => {
  using page = shown(['second'], () => 'as it is');
  void queryClient.invalidateQueries({ queryKey: ['another'] });
  await page.answer();
  assert.equal(page.data(), 'as it is');
  assert.equal(page.asked(), 0);
});
