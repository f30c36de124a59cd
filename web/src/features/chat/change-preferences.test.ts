import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { queryClient } from '../../app/query-client.ts';
import { preferencesOptions } from './api.ts';
import { changePreferences } from './change-preferences.ts';

test('of two changes at once neither gets lost, nor does one that follows another that failed', async (context) => {
  let kept = { ignored: [] as string[], keywords: [] as string[] };
  let fails = false;
  context.mock.method(globalThis, 'fetch', async (_path: string, { method, body }: RequestInit) => {
    await turn();
    if (fails) return Response.json({ code: 'busy' }, { status: 400 });
    if (method === 'POST') kept = JSON.parse(body as string) as typeof kept;
    return Response.json(kept);
  });
  context.after(() => queryClient.clear());
  await Promise.all([
    changePreferences((now) => ({ ...now, ignored: [...now.ignored, 'ada'] })),
    changePreferences((now) => ({ ...now, ignored: [...now.ignored, 'grace'] })),
    changePreferences((now) => ({ ...now, keywords: ['deploy'] })),
  ]);
  const all = { ignored: ['ada', 'grace'], keywords: ['deploy'] };
  assert.deepEqual([kept, queryClient.getQueryData(preferencesOptions.queryKey)], [all, all]);
  fails = true;
  await assert.rejects(changePreferences((now) => now));
  fails = false;
  await changePreferences((now) => ({ ...now, keywords: [] }));
  assert.deepEqual(kept, { ...all, keywords: [] });
});
