import { PassThrough, type Readable, pipeline } from 'node:stream';

/**
 * What a program writes, for a reader who comes when he is ready: Node throws away what nobody reads by the time the program ends, and a
 * short capture may be over before its first byte is asked for. Destroying it destroys `stdout`.
 */
export function capturedOutput(stdout: Readable): Readable {
  // Its end and its errors reach the reader.
  return pipeline(stdout, new PassThrough(), () => undefined);
}
