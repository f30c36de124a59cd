import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openHostNotices } from './host-watches.ts';

const HOUR_MS = 3_600_000;

test('a host tells so much in an hour and no more; another one is not kept from telling', () => {
  let nowMs = 0;
  const take = openHostNotices({ clock: () => nowMs, hostSettings: { hostNoticesAnHour: 3 } });
  const [one, other] = ['a', 'b'].map((hostId) => ({ hostId, with: ['buckets'] }));
  assert.ok(one && other);
  take(one, 2);
  assert.throws(() => take(one, 2), { code: 'host_notices_many', extra: { retryAfterMs: HOUR_MS } });
  take(one, 1);
  take(other, 3);
  nowMs = HOUR_MS;
  take(one, 3);
  nowMs = 0;
  take(one, 3);
});
