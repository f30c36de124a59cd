import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hasCode } from '../../base/errors.ts';
import { parseNetworks } from '../../base/http/addresses.ts';
import { checkedAddresses, webhookUrl } from './webhook-address.ts';

const nowhere = (): boolean => false;
const invalid = (error: unknown): boolean => hasCode(error, 'channel_destination_invalid');

/** One address each, in every spelling that some program somewhere understands. */
const SPELLINGS = [
  ...['https://127.0.0.1/', 'https://127.1/', 'https://2130706433/', 'https://0x7f000001/', 'https://0x7f.1/'],
  ...['https://0177.0.0.1/', 'https://017700000001/', 'https://127.0.0.1./', 'https://127.0.0.01/', 'https://0/'],
  ...['https://0x7F.0x0.0x0.0x1/', 'https://%31%32%37.0.0.1/', 'https://①②⑦.⓪.⓪.①/', 'https://127。0。0。1/'],
  ...[
    'https://[::1]/',
    'https://[0:0:0:0:0:0:0:1]/',
    'https://[::]/',
    'https://[::127.0.0.1]/',
    'https://[::ffff:127.0.0.1]/',
  ],
  ...[
    'https://[::ffff:7f00:1]/',
    'https://[0:0:0:0:0:ffff:7f00:0001]/',
    'https://[64:ff9b::7f00:1]/',
    'https://[2002:7f00:1::]/',
  ],
  ...[
    'https://[fe80::1]/',
    'https://[fd00:ec2::254]/latest/meta-data/',
    'https://[fe80::1%25eth0]/',
    'https://[::ffff:a9fe:a9fe]/',
  ],
  ...[
    'https://169.254.169.254/latest/meta-data/',
    'https://2852039166/',
    'https://0xa9fea9fe/',
    'https://0251.0376.0251.0376/',
  ],
  ...[
    'https://169.254.43518/',
    'https://100.100.100.200/',
    'https://168.63.129.16/',
    'https://192.0.0.192/',
    'https://10.1/',
  ],
  ...[
    'https://192.168.1.1:8443/',
    'https://172.16.0.1/',
    'https://224.0.0.1/',
    'https://255.255.255.255/',
    'https://4294967295/',
  ],
];
for (const text of SPELLINGS)
  test(`refused before it is kept: ${text}`, () => assert.throws(() => webhookUrl(text, nowhere), invalid));

const NO_WEBHOOKS = [
  ...[
    '',
    'example.org',
    '//example.org/',
    'ftp://example.org/',
    'file:///etc/passwd',
    'gopher://example.org/',
    'data:,x',
  ],
  ...['javascript:alert(1)', 'https://', 'https:///x', 'https://user@example.org/', 'https://user:pass@example.org/'],
  ...[
    'https://example.org@127.0.0.1/',
    'https://127.0.0.1:80@example.org/',
    'https://example.org/#part',
    'https://exa mple.org/',
  ],
  ...[
    'https://example.org/\r\nHost: x',
    'https://example.org:99999/',
    `https://example.org/${'x'.repeat(2048)}`,
    'https://[::1/',
  ],
  ...['https://example.org\\@127.0.0.1/', ' https://127.0.0.1/', 'https://999.1.1.1/', 'https://0x100000000/'],
];
for (const text of NO_WEBHOOKS) {
  test(`no webhook: ${JSON.stringify(text.slice(0, 50))}`, () =>
    assert.throws(() => webhookUrl(text, nowhere), invalid));
}

test('a refusal tells no more of the address than its beginning', () => {
  const text = `http://10.0.0.1/services/T000/B000/${'secret'.repeat(4)}`;
  assert.throws(
    () => webhookUrl(text, nowhere),
    (error: Error) => !error.message.includes('T000'),
  );
});

test('public names and addresses are taken as they are', () => {
  for (const text of [
    'https://example.org/hook?x=1',
    'https://93.184.216.34:8443/',
    'https://[2606:4700:4700::1111]/x',
  ]) {
    assert.equal(webhookUrl(text, nowhere).href, text);
  }
});

const lookAt = (text: string, answer: readonly string[], networks: string[] = []) =>
  checkedAddresses(webhookUrl(text, parseNetworks(networks).includes), 'Send', {
    resolve: async () => answer,
    allowed: parseNetworks(networks).includes,
  });
const refused = (error: unknown): boolean => hasCode(error, 'channel_refused');

test('a name that leads inside is refused, also when only one of its addresses does', async () => {
  for (const answer of [
    ['127.0.0.1'],
    ['8.8.8.8', '10.0.0.1'],
    ['2606:4700::1', '::1'],
    ['::ffff:8.8.8.8'],
    ['169.254.169.254'],
  ]) {
    await assert.rejects(lookAt('https://hooks.example/', answer), refused, answer.join());
  }
  assert.deepEqual(await lookAt('https://hooks.example/', ['8.8.8.8', '2606:4700::1']), ['8.8.8.8', '2606:4700::1']);
});

test('without TLS only the networks that the operator allows are reached', async () => {
  await assert.rejects(lookAt('http://hooks.example/', ['8.8.8.8']), refused);
  await assert.rejects(lookAt('http://hooks.example/', ['10.1.2.4'], ['10.1.2.3']), refused);
  assert.deepEqual(await lookAt('http://hooks.example/', ['10.1.2.3'], ['10.1.2.3']), ['10.1.2.3']);
  assert.deepEqual(await lookAt('http://10.1.2.3/', [], ['10.1.2.0/24']), ['10.1.2.3']);
});

test('a name without an address may have one later', async () => {
  await assert.rejects(lookAt('https://hooks.example/', []), (error) => hasCode(error, 'channel_unavailable'));
});
