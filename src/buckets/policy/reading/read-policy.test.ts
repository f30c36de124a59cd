import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { POLICY_LIMIT, readPolicy } from './read-policy.ts';
import { repeatedName } from './repeated-name.ts';

const allow = { Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: 'arn:aws:s3:::b/*' };
const problemOf = (document: unknown): string => {
  const read = readPolicy(typeof document === 'string' ? document : JSON.stringify(document));
  return 'problem' in read ? read.problem : 'none';
};

test('what AWS would refuse is a problem that says what and where', () => {
  const told: [unknown, RegExp][] = [
    ['', /no JSON/],
    ['[]', /the policy is no object/],
    [{ Statement: [allow], Extra: 1 }, /“Extra”/],
    [{ Version: '2099-01-01', Statement: [allow] }, /Version/],
    [{ Statement: [{ ...allow, Effect: 'Maybe' }] }, /Effect of statement 1/],
    [{ Statement: [allow, { ...allow, Conditon: {} }] }, /statement 2 has an element “Conditon”/],
    [{ Statement: [{ ...allow, Principal: undefined }] }, /one of Principal, NotPrincipal/],
    [{ Statement: [{ ...allow, NotResource: 'x' }] }, /one of Resource, NotResource/],
    [{ Statement: [{ ...allow, Action: [] }] }, /actions of statement 1/],
    [{ Statement: [{ ...allow, Action: [1] }] }, /actions of statement 1/],
    [{ Statement: [{ ...allow, Principal: { Person: 'x' } }] }, /“Person”/],
    [{ Statement: [{ ...allow, Condition: [] }] }, /conditions of statement 1 is no object/],
    [{ Statement: [{ ...allow, Condition: { Bool: { k: null } } }] }, /a value in Bool of statement 1/],
    [{ Statement: null }, /statement 1 is no object/],
    [`{"Statement":[],"__proto__":{}}`, /“__proto__”/],
    [' '.repeat(POLICY_LIMIT + 1), /larger than 20480 bytes/],
    [JSON.stringify({ Id: 'ü'.repeat(POLICY_LIMIT / 2), Statement: [] }), /larger/],
  ];
  for (const [document, problem] of told) assert.match(problemOf(document), problem);
});

test('whatever is put in, a policy or a problem comes out', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
      const read = readPolicy(text);
      assert.ok('problem' in read || Array.isArray(read.statements));
    }),
    { seed: 1, numRuns: 500 },
  );
});

const repeatedIn = (text: string): string | null => repeatedName(text, JSON.parse(text));

test('a name given twice in one object is found, however it is written', () => {
  assert.equal(repeatedIn('{"a":1,"a":2}'), 'a');
  assert.equal(repeatedIn(String.raw`{"a":1,"\u0061" :2}`), 'a');
  assert.equal(repeatedIn(String.raw`{"a\\":{"b":1},"c":["b","b",{"b":2}],"d":"a\\\":"}`), null);
  assert.equal(repeatedIn('{"a":{"a":{"a":1}}}'), null);
  assert.equal(repeatedIn('{"x":[{"a":1},{"a":1,"b":[],"a":3}]}'), 'a');
  assert.equal(repeatedIn('{"a":{"b:c":1,"d":{}},"e":":","a":{"b:c":1}}'), 'a');
  const deep = '['.repeat(5_000) + '{"a":1}' + ']'.repeat(5_000);
  assert.equal(repeatedIn(deep), null);
  assert.equal(repeatedIn(deep.replace('1', '1,"a":2')), 'a');
});

test('JSON without repeated names has none', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => assert.equal(repeatedIn(JSON.stringify(value)), null)),
    { seed: 1, numRuns: 300 },
  );
});
