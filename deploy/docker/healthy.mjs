// Whether the server of this container answers: exit code 0 or 1. Over HTTP, or TLS with whatever certificate it has.
const port = process.env.HOLDFAST_PORT ?? '8080';
const isTls = ['HOLDFAST_TLS', 'HOLDFAST_TLS_CERT'].some((name) => process.env[name]);
const { get } = await import(isTls ? 'node:https' : 'node:http');
const options = { host: '127.0.0.1', port, path: '/healthz', timeout: 4000, rejectUnauthorized: false };
const request = get(options, ({ statusCode }) => process.exit(statusCode === 200 ? 0 : 1));
request.on('timeout', () => process.exit(1));
request.on('error', () => process.exit(1));
