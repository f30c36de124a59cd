// Whether the server of this container answers: exit code 0 or 1. Over HTTP, or TLS with whatever certificate it has.
const { env } = process;
const isTls = ['HOLDFAST_TLS', 'HOLDFAST_TLS_CERT'].some((name) => env[name]);
const { get } = await import(isTls ? 'node:https' : 'node:http');
const port = env.HOLDFAST_PORT ?? '8080';
const options = { host: '127.0.0.1', port, path: '/healthz', timeout: 4000, rejectUnauthorized: false };
process.exitCode = 1;
const request = get(options, (response) => {
  if (response.statusCode === 200) process.exitCode = 0;
  response.destroy();
});
request.on('timeout', () => request.destroy());
request.on('error', () => {});
