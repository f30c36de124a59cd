/** Debian's aiosmtpd as a mail server of its own for every test; see mail-server.py for the receivers it treats badly. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Certificates } from './certificates.ts';

const PYTHON = '/usr/bin/python3';

/** Why tests that need it cannot run; `false`: they can. Throws where services are required. */
export const withoutMailServer = spawnSync(PYTHON, ['-c', 'import aiosmtpd']).status === 0 ? false : missing();

function missing(): string {
  const reason = 'needs python3-aiosmtpd: npm run services:install';
  if (process.env['HOLDFAST_SERVICES'] === 'required') throw new Error(reason);
  return reason;
}

export const mailLogin = { user: 'holdfast', password: 'correct horse battery' };

export interface MailServer extends AsyncDisposable {
  readonly port: number;
  /** Waits for the next mail that it takes. */
  mail(): Promise<ReceivedMail>;
  /** Waits for the next client that says good-bye. */
  quit(): Promise<{ readonly authenticated: boolean }>;
}

export interface ReceivedMail {
  readonly sender: string;
  readonly receivers: readonly string[];
  readonly authenticated: boolean;
  readonly encrypted: boolean;
  /** The message as it came. */
  readonly content: string;
}

export async function startMailServer(
  security: 'starttls' | 'tls' | 'tls-open' | 'none',
  { certFile, keyFile }: Certificates,
): Promise<MailServer> {
  const script = join(import.meta.dirname, 'mail-server.py');
  const server = spawn(PYTHON, [script, security, certFile, keyFile], { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = once(server, 'exit');
  const lines = createInterface({ input: server.stdout })[Symbol.asyncIterator]();
  async function next<Event>(name: string): Promise<Event> {
    for (;;) {
      const { value, done } = await lines.next();
      if (done) throw new Error(`The mail server ended before “${name}”`);
      const event = JSON.parse(value) as { event: string };
      if (event.event === name) return event as Event;
    }
  }
  const { port } = await next<{ port: number }>('listening');
  return {
    port,
    async mail() {
      const mail = await next<ReceivedMail>('mail');
      return { ...mail, content: Buffer.from(mail.content, 'base64').toString() };
    },
    quit: () => next('quit'),
    async [Symbol.asyncDispose]() {
      server.kill('SIGKILL');
      await ended;
    },
  };
}
