/** A mail server and a webhook that take letters and remember what came when. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { makeCertificates } from './certificates.ts';
import { type ReceivedMail, startMailServer } from './mail-server.ts';

export interface Arrived {
  readonly id: string;
  /** The mail address; `null`: the webhook. */
  readonly to: string | null;
  readonly atMs: number;
  /** Of how many events it tells. */
  readonly count: number;
  /** To tell whether a repeat is the same. */
  readonly body: string;
}

export interface Arrivals {
  /** Notices, in the order in which they came; letters that ask for an address are {@link Receivers.confirmation}. */
  readonly arrived: readonly Arrived[];
  /** Called at each; what it answers ends that. */
  onArrival(listener: (letter: Arrived) => void): () => void;
}

export interface Receivers extends Arrivals, AsyncDisposable {
  readonly mailPort: number;
  readonly webhookUrl: string;
  /** Waits for the letter that asks this address, and answers the token in it. */
  confirmation(address: string): Promise<string>;
}

export async function openReceivers(): Promise<Receivers> {
  const arrived: Arrived[] = [];
  const listeners = new Set<(letter: Arrived) => void>();
  const note = (letter: Arrived): void => {
    arrived.push(letter);
    for (const listener of listeners) listener(letter);
  };

  const webhook = createServer((request, response) => {
    void text(request).then((body) => {
      const { data } = JSON.parse(body) as { data: { count: number } };
      note({ id: String(request.headers['webhook-id']), to: null, atMs: Date.now(), count: data.count, body });
      response.writeHead(204).end();
    });
  });
  webhook.listen(0, '127.0.0.1');
  await once(webhook, 'listening');

  using certificates = makeCertificates();
  const mail = await startMailServer('none', certificates);
  const tokens = new Map<string, PromiseWithResolvers<string>>();
  const tokenFor = (address: string): PromiseWithResolvers<string> => {
    const found = tokens.get(address) ?? Promise.withResolvers<string>();
    tokens.set(address, found);
    return found;
  };
  const take = ({ content, receivers }: ReceivedMail): void => {
    const [to = ''] = receivers;
    const plain = content.replaceAll('=\r\n', '').replaceAll('=3D', '=');
    const token = /notices confirm, and give it ([A-Za-z0-9_-]+)/.exec(plain)?.[1];
    if (token !== undefined) return tokenFor(to).resolve(token);
    const id = /^Message-ID: <([^@>]+)@/im.exec(plain)?.[1] ?? '';
    // The boundaries of the parts are chosen anew in each attempt.
    const body = plain.slice(plain.indexOf('\r\n\r\n')).replaceAll(/--_NmP-[^\r\n]*/g, '');
    note({ id, to, atMs: Date.now(), count: countIn(plain), body });
  };
  const listening = (async () => {
    for (;;) take(await mail.mail());
  })();
  // It ends when the mail server does.
  listening.catch(() => undefined);

  return {
    arrived,
    onArrival(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    mailPort: mail.port,
    webhookUrl: `http://127.0.0.1:${(webhook.address() as AddressInfo).port}/notices`,
    confirmation: (address) => tokenFor(address).promise,
    async [Symbol.asyncDispose]() {
      await mail[Symbol.asyncDispose]();
      webhook.closeAllConnections();
      webhook.close();
    },
  };
}

/** Of the plain text, which stands first. */
function countIn(mail: string): number {
  const plain = mail.slice(mail.indexOf('text/plain'), mail.indexOf('text/html'));
  const many = [...plain.matchAll(/^Guards found (\d+) things$/gm)].map(([, count]) => Number(count));
  const ones = plain.match(/^A guard found something$/gm)?.length ?? 0;
  return many.reduce((sum, count) => sum + count, ones);
}
