import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { octetCounted, syslogMessage } from './syslog-message.ts';
import { letter } from './test-letter.ts';

const frame = { facility: 10, hostName: 'workspace-1', maxBytes: 8192 };

/** The grammar of RFC 5424 section 6, for a message with one structured element. */
const GRAMMAR =
  /^<(?<priority>\d{1,3})>1 (?<time>\S+) (?<host>[\x21-\x7e]{1,255}) (?<app>[\x21-\x7e]{1,48}) - (?<msgid>[\x21-\x7e]{1,32}) \[notice@32473(?<params>(?: [a-z]+="(?:[^"\\\]]|\\["\\\]])*")+)\](?: \ufeff(?<text>.*))?$/u;

function parsed(message: Buffer): { parts: Record<string, string>; params: Record<string, string> } {
  // A half character at the end would throw.
  const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(message);
  const parts = GRAMMAR.exec(text)?.groups;
  assert.ok(parts, text);
  const found = (parts['params'] ?? '').matchAll(/ ([a-z]+)="((?:[^"\\\]]|\\["\\\]])*)"/gu);
  const params = Array.from(found, ([, name = '', value = '']) => [name, value.replaceAll(/\\(["\\\]])/g, '$1')]);
  return { parts, params: Object.fromEntries(params) as Record<string, string> };
}

test('a letter is a message of RFC 5424, byte for byte', () => {
  assert.equal(
    syslogMessage(letter, frame).toString(),
    '<84>1 2026-11-28T09:30:00.000Z workspace-1 holdfast - login_new ' +
      '[notice@32473 id="0198c0de-0000-7000-8000-000000000001" kind="login_new" severity="warning" count="3" link="https://holdfast.example/settings/sessions"] ' +
      '\ufeffNew logins to your account: There were 3 new logins to your account. If it was not you, change your password now.',
  );
});

test('severity and facility make the priority', () => {
  const priorities = (['critical', 'warning', 'info'] as const).map(
    (severity) => parsed(syslogMessage({ ...letter, severity }, { ...frame, facility: 23 })).parts['priority'],
  );
  assert.deepEqual(priorities, ['186', '188', '190']);
});

const nonsense = fc.string({ unit: 'binary', maxLength: 300 });

test('whatever stands in a letter, the message keeps to the grammar, to its size, and to one line', () => {
  const letters = fc.record({
    id: nonsense,
    kind: nonsense,
    subject: nonsense,
    text: nonsense,
    link: fc.option(nonsense),
  });
  fc.assert(
    fc.property(letters, nonsense, fc.integer({ min: 480, max: 3000 }), (wild, hostName, maxBytes) => {
      const message = syslogMessage({ ...letter, ...wild }, { ...frame, hostName, maxBytes });
      assert.ok(message.length <= maxBytes, `${message.length} bytes`);
      assert.doesNotMatch(message.toString(), /\p{Cc}/u);
      parsed(message);
    }),
    { numRuns: 500 },
  );
});

test('quotes, backslashes and brackets come back as they were', () => {
  const link = String.raw`a"] [evil@1 x="y\" ]]\\`;
  assert.equal(parsed(syslogMessage({ ...letter, link }, frame)).params['link'], link);
});

test('the least that a datagram may hold is enough, whatever has to be escaped', () => {
  const wild = { id: '"'.repeat(300), kind: ']'.repeat(300), link: `https://x/${'\\'.repeat(300)}` };
  const message = syslogMessage({ ...letter, ...wild }, { ...frame, hostName: 'h'.repeat(300), maxBytes: 480 });
  assert.ok(message.length <= 480);
  assert.deepEqual(Object.keys(parsed(message).params), ['id', 'kind', 'severity', 'count']);
});

test('a text with a line of its own cannot feign a second message', () => {
  const text = 'a\n<0>1 2026-01-01T00:00:00Z evil evil - - - all is well\r\n';
  assert.doesNotMatch(syslogMessage({ ...letter, text }, frame).toString(), /[\r\n]/);
});

test('octets are counted, not characters', () => {
  assert.equal(octetCounted(Buffer.from('äöü')).toString(), '6 äöü');
});
