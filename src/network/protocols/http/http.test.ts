import assert from 'node:assert/strict';
import { test } from 'node:test';
import { flowsOf } from '../../../../test/support/network/bytes/flows-of.ts';
import { talk, type Turn } from '../../../../test/support/network/bytes/talk.ts';
import type { HttpRecord, ProtocolRecord } from '../../records/log-records.ts';
import { masked } from './masking.ts';

async function seen(turns: readonly Turn[], size = 1400): Promise<HttpRecord[]> {
  const { said, records } = await flowsOf(talk(turns, { port: 31_080, size }));
  assert.equal(records[0]?.service, said.length > 0 ? 'http' : undefined);
  return said.filter((each: ProtocolRecord): each is HttpRecord => each.log === 'http');
}

const head = (...lines: readonly string[]): string => `${lines.join('\r\n')}\r\n\r\n`;

test('a request and its response are one record, in segments of any size', async () => {
  const request = head(
    'POST /form?page=2 HTTP/1.1',
    'Host: www.example.com',
    'User-Agent: curl/8',
    'Referer: http://a.example/?token=abc',
    'Content-Length: 5',
  );
  const response = head('HTTP/1.1 404 Not Found', 'Content-Type: text/html; charset=utf-8', 'Content-Length: 3000');
  for (const size of [1, 7, 1400]) {
    const [record, ...rest] = await seen(
      [
        ['>', `${request}hello`],
        ['<', response + 'x'.repeat(3000)],
      ],
      size,
    );
    assert.deepEqual(rest, []);
    const { uid: _, ts: __, proto: ___, ...fields } = record!;
    const about = Object.fromEntries(Object.entries(fields).filter(([name]) => !name.startsWith('id.')));
    assert.deepEqual(about, {
      ...{ log: 'http', trans_depth: 1, method: 'POST', host: 'www.example.com', uri: '/form?page=2', version: '1.1' },
      ...{
        referrer: 'http://a.example/?token=***',
        user_agent: 'curl/8',
        request_body_len: 5,
        response_body_len: 3000,
      },
      ...{ status_code: 404, status_msg: 'Not Found', resp_mime_types: ['text/html'] },
    });
  }
});

test('lines that are all blanks around a carriage return are read as others, and in no more time', async () => {
  const blanks = ' '.repeat(480);
  const turns = [1, 2, 3].flatMap((): Turn[] => [
    ['>', head('GET / HTTP/1.1', 'Host: a', `Authorization: Bearer${blanks.repeat(8)}\rx`)],
    ['<', head(`HTTP/1.1 204 ${blanks}\rGone`)],
  ]);
  assert.deepEqual(
    (await seen(turns)).map(({ status_code, status_msg }) => [status_code, status_msg]),
    [1, 2, 3].map(() => [204, 'Gone']),
  );
});

test('requests one after the other, sent ahead, chunked, without body and to the end are told apart', async () => {
  const requests = ['/1', '/2', '/3', '/4'].map((uri, at) =>
    head(`${at === 1 ? 'HEAD' : 'GET'} ${uri} HTTP/1.1`, 'Host: a'),
  );
  const responses = [
    head('HTTP/1.1 100 Continue') +
      head('HTTP/1.1 200 OK', 'Transfer-Encoding: chunked') +
      '4;x=y\r\nabcd\r\n10\r\n0123456789abcdef\r\n0\r\nTrailer: 1\r\n\r\n',
    head('HTTP/1.1 200 OK', 'Content-Length: 9000'),
    head('HTTP/1.1 304 Not Modified', 'Content-Length: 77'),
    head('HTTP/1.0 200 OK') + 'to the end',
  ];
  for (const size of [1, 1400]) {
    const records = await seen(
      [
        ['>', requests.join('')],
        ['<', responses.join('')],
      ],
      size,
    );
    assert.deepEqual(
      records.map((each) => [each.trans_depth, each.uri, each.status_code, each.response_body_len]),
      [
        [1, '/1', 200, 20],
        [2, '/2', 200, 0],
        [3, '/3', 304, 0],
        [4, '/4', 200, 10],
      ],
    );
  }
});

test('a login has its user and how it went, and says that its secret was readable; the secret is nowhere', async () => {
  const login = async (authorization: string, status: string): Promise<HttpRecord> => {
    const request = head('GET / HTTP/1.1', 'Host: a', 'Cookie: sid=hunter2', `Authorization: ${authorization}`);
    const [record] = await seen([
      ['>', request],
      ['<', head(`HTTP/1.1 ${status}`, 'Set-Cookie: sid=hunter2', 'Content-Length: 0')],
    ]);
    assert.doesNotMatch(JSON.stringify(record), /hunter2|aHVudGVyMg/);
    return record!;
  };
  const basic = `Basic ${Buffer.from('ann:hunter2').toString('base64')}`;
  const told = ({ user, success, cleartext }: HttpRecord) => [user, success, cleartext];
  assert.deepEqual(told(await login(basic, '200 OK')), ['ann', true, true]);
  assert.deepEqual(told(await login(basic, '401 Unauthorized')), ['ann', false, true]);
  assert.deepEqual(told(await login(basic, '500 Oh')), ['ann', undefined, true]);
  assert.deepEqual(told(await login('Bearer hunter2', '200 OK')), [undefined, true, true]);
  assert.deepEqual(told(await login('Digest username="ann", response="hunter2"', '200 OK')), ['ann', true, undefined]);
  assert.deepEqual(told(await login('Negotiate hunter2', '200 OK')), [undefined, true, undefined]);
});

test('addresses are masked where they would let their reader in', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['/search?q=two+words&page=3', '/search?q=two+words&page=3'],
    ['/x?user=ann&password=hunter2&p=1', '/x?user=ann&password=***&p=1'],
    ['/x?a%70i_key=abc', '/x?a%70i_key=***'],
    ['/x?X-Amz-Signature=abc&X-Amz-Date=20260101', '/x?X-Amz-Signature=***&X-Amz-Date=20260101'],
    ['/x?id=eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0', '/x?id=***'],
    ['/x?12345678901234567890abcdef', '/x?***'],
    ['/shop;jsessionid=abc?x=1', '/shop;jsessionid=***?x=1'],
    ['/cb#access_token=abc&x=1', '/cb#access_token=***&x=1'],
    ['http://ann:hunter2@proxy.example/x', 'http://***@proxy.example/x'],
    ['//ann@b/x', '//***@b/x'],
    ['/x?t=%ZZ&token=%ZZ', '/x?t=%ZZ&token=***'],
    ['/x?password=', '/x?password='],
  ];
  for (const [given, expected] of cases) assert.equal(masked(given), expected);
});

test('what was lost inside of a body changes nothing, elsewhere it ends its side', async () => {
  const turns: Turn[] = [
    ['>', head('GET /big HTTP/1.1', 'Host: a')],
    ['<', head('HTTP/1.1 200 OK', 'Content-Length: 5000') + 'x'.repeat(5000)],
    ['>', head('GET /next HTTP/1.1', 'Host: a')],
    ['<', head('HTTP/1.1 204 No Content')],
  ];
  const packets = talk(turns, { port: 80 });
  // The third segment of the response.
  packets.splice(6, 1);
  const { said } = await flowsOf(packets);
  assert.deepEqual(
    (said as HttpRecord[]).map((each) => [each.uri, each.response_body_len, each.status_code]),
    [
      ['/big', 5000, 200],
      ['/next', 0, 204],
    ],
  );
});

test('a request without answer is told at the end, and so is what goes through a tunnel', async () => {
  const [alone] = await seen([['>', head('GET /x HTTP/1.1', 'Host: a')]]);
  assert.deepEqual([alone?.uri, alone?.status_code], ['/x', undefined]);
  const { said, records } = await flowsOf(
    talk([
      ['>', head('CONNECT b.example:22 HTTP/1.1', 'Host: b.example:22')],
      ['<', head('HTTP/1.1 200 Connection established')],
      ['<', 'SSH-2.0-inner\r\n'],
      ['>', 'SSH-2.0-client\r\n'],
    ]),
  );
  assert.equal(records[0]?.service, 'http,ssh');
  assert.deepEqual(
    said.map((each) => each.log),
    ['http', 'ssh'],
  );
});

test('what only begins like it is none', async () => {
  for (const words of [
    'GET lost\r\n',
    'OPTIONS sip:a@b SIP/2.0\r\n\r\n',
    'HTTP/1.x what\r\n',
    `GET /${'x'.repeat(40_000)}`,
  ]) {
    assert.deepEqual(await seen([['>', words]]), []);
  }
});

test('requests that nobody answers are not kept without end', async () => {
  const request = head(`GET /${'x'.repeat(4000)} HTTP/1.1`, 'Host: a');
  const { said } = await flowsOf(talk([['>', request.repeat(50)]]), { settings: { networkStreamBytes: 65_536 } });
  // What it knew by then is told.
  assert.ok(said.length > 5 && said.length < 20, `${said.length} requests`);
});
