/** What stands where an S3 store should, on the loopback address, and answers as a test says. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { silentLog } from '../../../src/base/log.ts';
import { settingsOf } from '../../../src/base/settings.ts';
import type { S3Place } from '../../../src/storage/objects/s3/client.ts';
import { openS3ObjectStore, type S3ObjectStore, storageSettings } from '../../../src/storage/index.ts';

export type ScriptedAnswer = readonly [
  status: number,
  type: string,
  body: string,
  headers?: Readonly<Record<string, string>>,
];

/** What a bucket without objects answers to a list. */
export const EMPTY_LIST: ScriptedAnswer = [
  200,
  'application/xml',
  '<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>',
];

export interface ScriptedS3 extends AsyncDisposable {
  /** Opened with one attempt for each request, and with what this process has for credentials. */
  readonly store: S3ObjectStore;
  readonly place: S3Place;
}

const LOCAL = { AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' };

/** `answer` is told the access key that the request was signed with, and what was asked: `GET /team?uploads`. */
export async function scriptedS3(
  answer: (accessKey: string, asked: string) => ScriptedAnswer | Promise<ScriptedAnswer>,
  /** Replaces those of this process; by default a key that means nothing. */
  credentials: Readonly<Record<string, string>> = LOCAL,
  settings: Partial<Record<'s3Connections' | 's3StallTimeoutMs' | 's3RequestTimeoutMs', number>> = {},
  /** As the address of a store may name one. */
  profile?: string,
): Promise<ScriptedS3> {
  for (const name of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_PROFILE']) delete process.env[name];
  Object.assign(process.env, credentials);
  const server = createServer((request, response) => {
    const key = /Credential=([^/]+)/.exec(request.headers.authorization ?? '')?.[1] ?? '';
    const respond = async (): Promise<void> => {
      const [status, type, body, headers] = await answer(key, `${request.method} ${request.url}`);
      const isHead = request.method === 'HEAD';
      const length = isHead ? { 'content-length': Buffer.byteLength(body) } : {};
      response.writeHead(status, { 'content-type': type, ...length, ...headers }).end(isHead ? undefined : body);
    };
    request.resume().on('end', () => void respond());
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const place: S3Place = {
    ...{ bucket: 'team', prefix: '', endpoint, region: 'us-east-1', vendor: null, pathStyle: null },
    ...{ encryption: null, kmsKeyId: null, ...(profile !== undefined && { profile }) },
  };
  const store = await openS3ObjectStore({
    place,
    settings: settingsOf(storageSettings, { s3Attempts: 1, ...settings }),
    log: silentLog,
  });
  return {
    store,
    place,
    async [Symbol.asyncDispose]() {
      await store[Symbol.asyncDispose]();
      server.closeAllConnections();
      server.close();
    },
  };
}
