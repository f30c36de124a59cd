import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { hasCode } from '../../base/errors.ts';
import { silentLog } from '../../base/log.ts';
import { newKey, privatePem, selfSigned } from '../made/x509.ts';
import { openGivenCertificate } from './given-certificate.ts';

const NOW = Date.UTC(2026, 10, 29);
const DAY = 86_400_000;

async function pair(days = 90) {
  const key = await newKey();
  const untilMs = NOW + days * DAY;
  const cert = selfSigned({ key, names: ['localhost'], commonName: 'a', fromMs: NOW - 200 * DAY, untilMs });
  return { key: privatePem(key), cert };
}

async function files(t: TestContext, first: { key: string; cert: string }) {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-given-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const [certFile, keyFile] = [join(folder, 'a.crt'), join(folder, 'a.key')];
  const put = async ({ key, cert }: Partial<typeof first>): Promise<void> => {
    if (key !== undefined) await writeFile(keyFile, key);
    if (cert !== undefined) await writeFile(certFile, cert);
  };
  await put(first);
  return { certFile, keyFile, put };
}

async function until(is: () => boolean): Promise<void> {
  while (!is()) await new Promise((resolve) => setTimeout(resolve, 5));
}

const options = { everyMs: 5, clock: () => NOW, log: silentLog };

test('a new pair is taken up, and whoever serves hears of it', async (t) => {
  const place = await files(t, await pair());
  await using source = await openGivenCertificate({ ...place, ...options });
  const heard: string[] = [];
  source.onChange(({ cert }) => void heard.push(cert.toString()));
  const next = await pair();
  await place.put(next);
  await until(() => heard.length > 0);
  assert.deepEqual(heard, [next.cert]);
  assert.equal(source.current.key.toString(), next.key);
});

test('while the certificate is written and its key not yet, the one before is served and no more is wrong afterwards', async (t) => {
  const first = await pair();
  const place = await files(t, first);
  await using source = await openGivenCertificate({ ...place, ...options });
  const next = await pair();
  await place.put({ cert: next.cert });
  await until(() => source.trouble !== null);
  assert.equal(source.trouble?.code, 'tls_unreadable');
  assert.match(source.trouble?.what ?? '', /the key does not belong to the certificate/);
  assert.equal(source.current.cert.toString(), first.cert);
  await place.put({ key: next.key });
  await until(() => source.trouble === null);
  assert.equal(source.current.cert.toString(), next.cert);
});

test('a certificate whose chain is half written, or that no listener takes, is not taken up', async (t) => {
  const first = await pair();
  const place = await files(t, first);
  await using source = await openGivenCertificate({ ...place, ...options });
  source.onChange(() => assert.fail('it was handed to who serves'));
  const next = await pair();
  await place.put({ key: next.key, cert: next.cert + next.cert.slice(0, 200) });
  await until(() => source.trouble !== null);
  assert.equal(source.trouble?.code, 'tls_unreadable');
  assert.equal(source.current.cert.toString(), first.cert);
});

test('an expired certificate is refused at the start, and later not taken up', async (t) => {
  const over = await pair(-1);
  const place = await files(t, over);
  await assert.rejects(openGivenCertificate({ ...place, ...options }), (error: Error) => {
    assert.ok(hasCode(error, 'tls_expired'));
    assert.match(error.message, /good until 2026-11-28/);
    return true;
  });
  const good = await pair();
  await place.put(good);
  await using source = await openGivenCertificate({ ...place, ...options });
  await place.put(over);
  await until(() => source.trouble?.code === 'tls_expired');
  assert.equal(source.current.cert.toString(), good.cert);
});

test('files that vanish, are nonsense or endless leave the certificate as it is', async (t) => {
  const first = await pair();
  const place = await files(t, first);
  await using source = await openGivenCertificate({ ...place, ...options });
  await rm(place.keyFile);
  await until(() => /a\.key: ENOENT/.test(source.trouble?.what ?? ''));
  await place.put({ key: first.key });
  await until(() => source.trouble === null);
  await place.put({ cert: 'x'.repeat(2_000_000) });
  await until(() => /too large/.test(source.trouble?.what ?? ''));
  assert.equal(source.current.cert.toString(), first.cert);
});

test('an error repeats nothing of the key', async (t) => {
  const { cert } = await pair();
  const place = await files(t, { cert, key: '-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----\n' });
  await assert.rejects(openGivenCertificate({ ...place, ...options }), (error: Error) => {
    assert.doesNotMatch(`${error.stack} ${String(error.cause)}`, /c2VjcmV0/);
    return hasCode(error, 'tls_unreadable');
  });
});
