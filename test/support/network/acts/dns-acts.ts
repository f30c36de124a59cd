/** A small server of names, asked by Node's own resolver. */
import { createSocket } from 'node:dgram';
import { Resolver } from 'node:dns/promises';
import { once } from 'node:events';
import { ADDRESS } from '../captured-wire.ts';

export const dnsPort = 5399;

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

export async function actDns(): Promise<void> {
  const server = createSocket('udp4').bind(dnsPort, ADDRESS);
  server.on('message', (question, { port }) => server.send(answerTo(question), port, ADDRESS));
  await once(server, 'listening');
  const resolver = new Resolver({ timeout: 2000, tries: 1 });
  resolver.setServers([`${ADDRESS}:${dnsPort}`]);
  await resolver.resolve4('www.lab.example');
  await resolver.resolveTxt('txt.lab.example');
  await resolver.resolve4('none.lab.example').catch(() => undefined);
  server.close();
}
