import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bucketsAnswer, hostsAnswer, type HostsSeen } from './answers.ts';

const looked = { last: { scope: null, startedTime: '', endedTime: '', probe: false, buckets: 1, failure: null } };
const failed = { last: { ...looked.last, failure: { code: 'x', title: 'x', detail: '', remedy: '' } } };
const bad = { severity: 'critical', verdict: 'fail' } as const;

test('an open bucket is told first, with how many there are', () => {
  const counts = { 'public-read': 1, 'public-list': 1, private: 12 };
  assert.deepEqual(bucketsAnswer({ counts, places: [looked], worst: [] }), {
    tone: 'risk',
    sentence: 'Yes: 2 of 14 buckets are open to strangers.',
  });
});

test('nothing is called safe that nobody looked at', () => {
  const toneOf = (
    counts: Record<string, number>,
    places: readonly (typeof looked | typeof failed | { last: null })[],
  ) => bucketsAnswer({ counts, places, worst: [] }).tone;
  assert.equal(toneOf({}, []), 'plain', 'no bucket');
  assert.equal(toneOf({ private: 3 }, [looked, failed]), 'look', 'a place that could not be looked at');
  assert.equal(toneOf({ private: 3 }, [looked, { last: null }]), 'look', 'a place that never was');
  assert.equal(toneOf({ private: 3, unknown: 1 }, [looked]), 'look', 'a bucket that could not be judged');
  assert.equal(toneOf({ private: 3, latent: 1 }, [looked]), 'look', 'one switch away');
  assert.equal(toneOf({ private: 3, shared: 1 }, [looked]), 'good');
});

test('what other computers found counts, and hides behind nothing that is good', () => {
  assert.equal(bucketsAnswer({ counts: {}, places: [], worst: [bad] }).tone, 'risk');
  assert.equal(bucketsAnswer({ counts: { private: 3 }, places: [looked], worst: [bad] }).tone, 'look');
  const blind = { ...bad, verdict: 'unknown' } as const;
  assert.equal(bucketsAnswer({ counts: {}, places: [], worst: [blind] }).tone, 'look');
});

const none = { critical: 0, high: 0, medium: 0, low: 0, info: 0 };
const noState = { reporting: 0, late: 0, silent: 0, waiting: 0, revoked: 0, imported: 0 };
const fleet = (seen: Partial<HostsSeen>): HostsSeen => {
  const states = seen.states ?? { ...noState, reporting: 3 };
  const hosts = Object.values(states).reduce((sum, count) => sum + count, 0);
  return { hosts, states, inTrouble: 0, open: none, notLookedAt: [], ...seen };
};

test('buckets that this server did not look at are not known, however little others found', () => {
  const mild = { severity: 'low', verdict: 'fail' } as const;
  assert.deepEqual(bucketsAnswer({ counts: {}, places: [], worst: [mild] }), {
    tone: 'look',
    sentence: 'Nobody knows: this server looked at no bucket, and other computers at those below alone.',
  });
  assert.match(bucketsAnswer({ counts: {}, places: [], worst: [bad] }).sentence, /Of all else nobody knows/);
});

test('a host in trouble is told first, a silent one is not known to be well', () => {
  assert.deepEqual(hostsAnswer(fleet({ inTrouble: 1, open: { ...none, high: 2 } }), []), {
    tone: 'risk',
    sentence: 'Yes: 1 of 3 hosts is in trouble.',
  });
  assert.deepEqual(hostsAnswer(fleet({ inTrouble: 1, states: { ...noState, reporting: 2, silent: 1 } }), []), {
    tone: 'look',
    sentence: '1 of 3 hosts is silent: nobody knows how it is.',
  });
});

test('hosts are called well only when all report and all was looked at', () => {
  const toneOf = (seen: Partial<HostsSeen>) => hostsAnswer(fleet(seen), []).tone;
  assert.equal(toneOf({ states: noState }), 'plain', 'none');
  assert.equal(toneOf({ states: { ...noState, waiting: 2 } }), 'plain', 'none has reported');
  assert.equal(toneOf({ states: { ...noState, reporting: 2, late: 1 } }), 'look');
  assert.equal(toneOf({ states: { ...noState, reporting: 2, imported: 1 } }), 'look');
  const sentenceOf = (states: Partial<HostsSeen['states']>) =>
    hostsAnswer(fleet({ states: { ...noState, ...states } }), []).sentence;
  assert.equal(
    sentenceOf({ reporting: 2, late: 1 }),
    'Nothing grave was seen, but 1 of 3 hosts is not known since its last report.',
  );
  assert.equal(
    sentenceOf({ reporting: 1, late: 1, imported: 1 }),
    'Nothing grave was seen, but 2 of 3 hosts are not known since their last reports.',
  );
  assert.equal(sentenceOf({ reporting: 2, waiting: 1 }), 'Nothing grave was seen, but 1 of 3 hosts is yet to report.');
  assert.equal(toneOf({ notLookedAt: [{ why: 'not root', checks: 1, hosts: 1 }] }), 'look');
  assert.equal(toneOf({}), 'good');
  assert.equal(hostsAnswer(fleet({ states: noState }), [bad]).tone, 'risk', 'handed in by somebody');
});

test('what is grave on a host that does not report here stands behind no good answer', () => {
  const blind = { severity: 'medium', verdict: 'unknown' } as const;
  assert.deepEqual(hostsAnswer(fleet({}), [bad]), {
    tone: 'risk',
    sentence:
      'Yes, by what somebody handed in, or a host that was revoked; none of 3 hosts that should report here said so.',
  });
  for (const states of [noState, { ...noState, reporting: 2, silent: 1 }, { ...noState, waiting: 2 }]) {
    assert.equal(hostsAnswer(fleet({ states }), [bad]).tone, 'risk');
  }
  assert.equal(hostsAnswer(fleet({}), [blind]).tone, 'look', 'somebody could not look');
  assert.equal(hostsAnswer(fleet({ states: { ...noState, waiting: 2 } }), [blind]).tone, 'look', 'none reports here');
  assert.equal(hostsAnswer(fleet({}), [{ severity: 'low', verdict: 'fail' }]).tone, 'good');
});
