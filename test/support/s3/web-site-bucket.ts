/** A bucket with a web site, as a store answers for it: its pages come as pages. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface WebSiteBucket extends AsyncDisposable {
  readonly endpoint: string;
}

/** Each object holds “of NAME”, and is given in parts. */
export async function webSiteBucket(names: readonly string[]): Promise<WebSiteBucket> {
  // It takes any credentials; the SDK wants some, and finds them where it looks first.
  delete process.env['AWS_PROFILE'];
  Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' });
  const contents = names.map((name) => `<Contents><Key>${name}</Key><Size>9</Size></Contents>`).join('');
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://store');
    const name = pathname.split('/').pop() ?? '';
    if (searchParams.has('acl')) return response.writeHead(501, { 'content-type': 'application/xml' }).end();
    if (!names.includes(name)) {
      const list = `<ListBucketResult><IsTruncated>false</IsTruncated>${contents}</ListBucketResult>`;
      return response.writeHead(200, { 'content-type': 'application/xml' }).end(list);
    }
    const type = name.endsWith('html') ? 'text/html' : 'text/plain';
    const headers = { 'content-type': type, 'content-range': 'bytes 0-8/9', etag: '"one"' };
    return response.writeHead(206, headers).end(`of ${name}`);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
    },
  };
}
