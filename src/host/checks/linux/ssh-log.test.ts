import assert from 'node:assert/strict';
import { test } from 'node:test';
import { scratchHost } from '../../../../test/support/hosts/scratch-host.ts';
import type { Ran } from '../../index.ts';

const failures = ({ verdicts }: Ran) =>
  verdicts.flatMap((each) =>
    each.verdict === 'fail' ? [`${each.severity ?? ''} ${each.resource}: ${each.evidence}`.trim()] : [],
  );

test('SSH-09: guessing that ended in a login is found in old and new forms of the log; a person who mistyped is not', async () => {
  using host = scratchHost();
  const old = (time: string, text: string) => `Nov 30 ${time} web sshd[7]: ${text}`;
  const fresh = (time: string, text: string) => `2026-12-01T${time}.123456+00:00 web sshd-session[7]: ${text}`;
  const failed = (address: string, name = 'root') => `Failed password for ${name} from ${address} port 4000 ssh2`;
  const accepted = (address: string, name = 'root') => `Accepted password for ${name} from ${address} port 4000 ssh2`;
  host.file(
    'var/log/auth.log.1',
    [
      old('23:55:00', failed('192.0.2.1')),
      old('23:57:00', `message repeated 3 times: [ ${failed('192.0.2.1')}]`),
      old('23:59:30', failed('192.0.2.1', 'invalid user x from 198.51.100.9')),
      old('23:59:59', accepted('192.0.2.1')),
      // Ended by a key: whoever holds it did not guess.
      ...Array.from({ length: 6 }, () => old('10:00:00', failed('192.0.2.2'))),
      old('10:00:01', 'Accepted publickey for anna from 192.0.2.2 port 1 ssh2: ED25519 SHA256:x'),
      old('10:00:01', 'pam_unix(sshd:session): Accepted nothing'),
      '',
    ].join('\n'),
  );
  host.file(
    'var/log/auth.log',
    [
      ...[0, 1, 2].map((second) => fresh(`08:00:0${second}`, failed('192.0.2.3', 'anna'))),
      fresh('08:00:09', accepted('192.0.2.3', 'anna')),
      // Five, but over an hour.
      ...[0, 1, 2, 3, 4, 5].map((minute) => fresh(`09:${minute}5:00`, failed('192.0.2.4', 'anna'))),
      fresh('09:56:00', accepted('192.0.2.4', 'anna')),
      ...Array.from({ length: 7 }, (_, second) =>
        fresh(`11:59:5${second}`, failed('2001:db8::5', 'invalid user admin')),
      ),
      fresh('12:05:00', accepted('2001:db8::5', 'anna')),
      '',
    ].join('\n'),
  );
  assert.deepEqual(failures(await host.detect('SSH-09')), [
    'source:192.0.2.1: 5 failures within 10 minutes, then a login as root by password (Nov 30 23:59:59)',
    'source:2001:db8::5: 7 failures within 10 minutes, then a login as anna by password (2026-12-01T12:05:00.123456+00:00)',
    'info ssh:guessing: 3 rows of 5 failures or more within 10 minutes; most from 2001:db8::5 (7 failures)',
  ]);
});

test('SSH-09: a number of repetitions that somebody typed as his name is not believed', async () => {
  using host = scratchHost();
  const name = 'x: message repeated 99999999 times: [ Failed ';
  host.file('var/log/auth.log', `Nov 30 23:55:00 web sshd[7]: Invalid user ${name} from 192.0.2.1 port 4000\n`);
  assert.deepEqual(await host.detect('SSH-09').then(({ verdicts }) => verdicts.map(({ verdict }) => verdict)), [
    'pass',
  ]);
});
