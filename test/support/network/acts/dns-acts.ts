/** A small server of names, asked by Node's own resolver and by dig, over UDP and TCP. */
import { execFile } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { Resolver } from 'node:dns/promises';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { promisify } from 'node:util';
import { ADDRESS } from '../labs/captured-wire.ts';

export const dnsPort = 5399;
const DIG = '/usr/bin/dig';

export function missingForDns(): readonly string[] {
  return existsSync(DIG) ? [] : [DIG];
}

/** Answers A with an address, TXT with a text, and knows nothing of names that begin with “no”. */
function answerTo(question: Buffer): Buffer {
  const answer = Buffer.from(question);
  const nameTo = question.indexOf(0, 12) + 1;
  const type = question.readUInt16BE(nameTo);
  const isKnown = !question.subarray(13).toString('latin1').startsWith('no');
  answer.writeUInt16BE(isKnown ? 0x8180 : 0x8183, 2);
  const data = type === 16 ? Buffer.from('\x05hello', 'latin1') : Buffer.from([192, 0, 2, 7]);
  const head = Buffer.from([0xc0, 12, 0, type, 0, 1, 0, 0, 0, 60, 0, data.length]);
  answer.writeUInt16BE(isKnown ? 1 : 0, 6);
  answer.writeUInt16BE(0, 10);
  return Buffer.concat([answer.subarray(0, nameTo + 4), ...(isKnown ? [head, data] : [])]);
}

/** Of TCP, where a length stands before each (RFC 1035, 4.2.2). dig sends a question whole. */
function lengthened(answer: Buffer): Buffer {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(answer.length);
  return Buffer.concat([length, answer]);
}

async function dig(...words: readonly string[]): Promise<string> {
  const asked = ['-p', String(dnsPort), `@${ADDRESS}`, '+short', '+tries=1', '+time=20', ...words];
  return (await promisify(execFile)(DIG, asked, { timeout: 60_000 })).stdout.trim();
}

/** Throws where dig does not understand what the server answered. */
export async function actDns(): Promise<void> {
  const server = createSocket('udp4').bind(dnsPort, ADDRESS);
  server.on('message', (question, { port }) => server.send(answerTo(question), port, ADDRESS));
  await once(server, 'listening');
  const overTcp = createServer((client) => {
    client.on('data', (question) => client.write(lengthened(answerTo(question.subarray(2)))));
  }).listen(dnsPort, ADDRESS);
  await once(overTcp, 'listening');
  const resolver = new Resolver({ timeout: 2000, tries: 1 });
  resolver.setServers([`${ADDRESS}:${dnsPort}`]);
  await resolver.resolve4('www.lab.example');
  await resolver.resolveTxt('txt.lab.example');
  await resolver.resolve4('none.lab.example').catch(() => undefined);
  for (const [name, how] of [
    ['udp.dig.example', '+notcp'],
    ['tcp.dig.example', '+tcp'],
  ] as const) {
    const said = await dig(how, name, 'A');
    if (said !== '192.0.2.7') throw new Error(`dig ${how} says “${said}”`);
  }
  server.close();
  overTcp.close();
}
