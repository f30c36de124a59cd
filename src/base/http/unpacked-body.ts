/** Takes a body that was packed; the limit of the route holds for what comes out of it as well. */
import type { preParsingAsyncHookHandler } from 'fastify';
import { zlibOnUse } from '../node-on-use.ts';

/** `refused`: what is thrown where it was packed in another way than gzip's. */
export const unpackedBody =
  (refused: () => Error): preParsingAsyncHookHandler =>
  async (request, reply, payload) => {
    const encoding = request.headers['content-encoding']?.trim().toLowerCase() ?? 'identity';
    if (encoding === 'identity' || encoding === '') return payload;
    if (encoding !== 'gzip' && encoding !== 'x-gzip') {
      throw refused();
    }
    const unpacking = zlibOnUse().createGunzip();
    const counted = Object.assign(unpacking, { receivedEncodedLength: 0 });
    payload.on('data', (bytes: Buffer) => void (counted.receivedEncodedLength += bytes.length));
    payload.on('error', (error) => unpacking.destroy(error));
    payload.pipe(unpacking);
    // One that was refused for what came out of it would go on to its end otherwise, a thousand times its size.
    reply.raw.once('close', () => void unpacking.destroy());
    return counted;
  };
