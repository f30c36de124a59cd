import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newKey, selfSigned } from '../../made/x509.ts';
import { certificateIdOf } from './certificate-id.ts';

/** The certificate of RFC 9773, appendix A. */
const PUBLISHED = `-----BEGIN CERTIFICATE-----
MIIBQzCB66ADAgECAgUAh2VDITAKBggqhkjOPQQDAjAVMRMwEQYDVQQDEwpFeGFt
cGxlIENBMCIYDzAwMDEwMTAxMDAwMDAwWhgPMDAwMTAxMDEwMDAwMDBaMBYxFDAS
BgNVBAMTC2V4YW1wbGUuY29tMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEeBZu
7cbpAYNXZLbbh8rNIzuOoqOOtmxA1v7cRm//AwyMwWxyHz4zfwmBhcSrf47NUAFf
qzLQ2PPQxdTXREYEnKMjMCEwHwYDVR0jBBgwFoAUaYhba4dGQEHhs3uEe6CuLN4B
yNQwCgYIKoZIzj0EAwIDRwAwRAIge09+S5TZAlw5tgtiVvuERV6cT4mfutXIlwTb
+FYN/8oCIClDsqBklhB9KAelFiYt9+6FDj3z4KGVelYM5MdsO3pK
-----END CERTIFICATE-----
`;

test('certificateIdOf gives what the standard gives for its example', () => {
  assert.equal(certificateIdOf(Buffer.from(PUBLISHED)), 'aYhba4dGQEHhs3uEe6CuLN4ByNQ.AIdlQyE');
});

test('certificateIdOf gives none for what does not say which key signed it, or is no certificate', async () => {
  const text = { names: ['a.example'], commonName: 'a', fromMs: 0, untilMs: 86_400_000 };
  assert.equal(certificateIdOf(Buffer.from(selfSigned({ key: await newKey(), ...text }))), null);
  assert.equal(certificateIdOf(Buffer.from('no certificate')), null);
});
