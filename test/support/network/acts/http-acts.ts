/** A web server of Node's, asked by curl: kept connections, chunks, errors, logins. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { ADDRESS } from '../labs/captured-wire.ts';

export const httpPort = 8088;
export const HTTP_SECRET = 'hunter2secret';

export async function actHttp(): Promise<void> {
  const server = createServer((request, response) => {
    request.resume();
    if (request.url?.startsWith('/private') && !request.headers.authorization?.startsWith('Basic')) {
      response.writeHead(401, { 'www-authenticate': 'Basic realm="lab"' }).end('no');
    } else if (request.url === '/chunks') {
      response.writeHead(200, { 'content-type': 'text/plain' });
      for (let piece = 0; piece < 20; piece += 1) response.write('x'.repeat(1000));
      response.end();
    } else if (request.url === '/absent') response.writeHead(404).end();
    else response.end('y'.repeat(50_000));
  }).listen(httpPort, ADDRESS);
  await once(server, 'listening');
  const at = (path: string): string => `http://${ADDRESS}:${httpPort}${path}`;
  const curl = async (...words: string[]): Promise<void> => {
    await once(spawn('curl', ['-s', '--max-time', '10', ...words], { stdio: 'ignore' }), 'exit');
  };
  await curl(at('/one'), at('/chunks'), at('/absent'));
  await curl('-d', 'a=b&c=d', at(`/form?password=${HTTP_SECRET}&page=2`));
  await curl('--anyauth', '-u', `ann:${HTTP_SECRET}`, at('/private/x'));
  server.close();
  server.closeAllConnections();
}
