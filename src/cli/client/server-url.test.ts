import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hasCode } from '../../base/errors.ts';
import { serverUrl } from './server-url.ts';

test('an address has one spelling', () => {
  assert.equal(serverUrl('http://localhost:8080/'), 'http://localhost:8080');
  assert.equal(serverUrl('HTTPS://Files.Example.ORG:443/holdfast//'), 'https://files.example.org/holdfast');
  assert.equal(serverUrl('http://[::1]:8080'), 'http://[::1]:8080');
});

test('plain HTTP is for this computer only, however it is written', () => {
  for (const url of ['http://127.0.0.1', 'http://127.1', 'http://0x7f.0.0.1:1', 'http://a.localhost']) serverUrl(url);
  for (const url of [
    'http://192.0.2.1',
    'http://localhost.evil.example',
    'http://127.0.0.1.evil.example',
    'http://0.0.0.0',
    'http://[::2]',
  ]) {
    assert.throws(
      () => serverUrl(url),
      (error) => hasCode(error, 'plain_http_refused'),
      url,
    );
  }
});

test('what is no address is refused, and its password is not repeated', () => {
  for (const url of ['', 'localhost:8080', 'ftp://a', 'https://a/?x=1', 'https://a/#b']) {
    assert.throws(
      () => serverUrl(url),
      (error) => hasCode(error, 'server_url_invalid'),
      url,
    );
  }
  assert.throws(
    () => serverUrl('https://ada:hunter2@files.example.org'),
    (error) => hasCode(error, 'server_url_invalid') && !`${error.message}${error.remedy}`.includes('hunter2'),
  );
});
