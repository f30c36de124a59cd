import assert from 'node:assert/strict';
import { test } from 'node:test';
import { goodFacts } from '../checks/test-subject.ts';
import type { BucketReader } from '../facts/bucket-reader.ts';
import { known } from '../facts/fact.ts';
import { paced, probeBucket } from './probing.ts';

const ok = { status: 403, headers: {}, body: '<Code>AccessDenied</Code>' };
const { signal } = new AbortController();

test('anonymous requests are spread evenly, however many buckets are asked at once', async () => {
  let nowMs = 0;
  const begun: number[] = [];
  const ask = paced(
    async () => {
      begun.push(nowMs);
      return ok;
    },
    10,
    () => nowMs,
    async (ms) => void (nowMs += ms),
  );
  for (let at = 0; at < 4; at += 1) await ask({ method: 'GET', url: new URL('http://a'), headers: {} }, signal);
  assert.deepEqual(begun, [0, 100, 200, 300]);
});

test('a probe asks for objects that are known to be there, and only reads', async () => {
  const asked: string[] = [];
  const ask = async ({ method, url }: { method: string; url: URL }) => {
    asked.push(`${method} ${url.pathname}`);
    return ok;
  };
  const sample = async () => known([{ key: 'plans/2026.pdf', acl: known({}), head: known('') }]);
  const reader = { sample } as unknown as BucketReader;
  const facts = { ...goodFacts, objects: { known: false, reason: 'not_asked', detail: 'not_asked' } } as const;
  const probing = { endpoint: 'http://store', ask };
  const probe = await probeBucket(facts, 'aws', probing, { reader, most: 5, signal });
  assert.ok(asked.includes('GET /plans/plans/2026.pdf'), asked.join('\n'));
  assert.ok(asked.every((each) => each.startsWith('GET ')));
  assert.deepEqual(probe.strangersMay, []);
});
