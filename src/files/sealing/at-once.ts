import { hash } from 'node:crypto';
import { sealPayloadBytes } from '../../age/index.ts';
import { bytesBody } from '../../storage/index.ts';
import { fileErrors } from '../errors.ts';
import type { Facts, Task } from './transforms.ts';

/**
 * What {@link throughThread} makes of a body that is small and lies there whole, without a stream: the steps of streams take
 * longer than its ciphers and hashes. Throws `digest_mismatch`.
 */
export function sealAtOnce(
  { fileKey, header, sha256 }: Extract<Task, { kind: 'seal' }>,
  plain: Uint8Array,
): { readonly body: AsyncIterable<Uint8Array>; readonly facts: () => Facts } {
  const sha256In = hash('sha256', plain, 'hex');
  if (sha256 !== null && sha256 !== sha256In) throw fileErrors('digest_mismatch');
  const sealed = Buffer.concat([header, ...sealPayloadBytes(plain, fileKey)]);
  const facts: Facts = {
    bytesIn: plain.byteLength,
    sha256In,
    bytesOut: sealed.byteLength,
    sha256Out: hash('sha256', sealed, 'hex'),
  };
  return { body: bytesBody(sealed), facts: () => facts };
}
