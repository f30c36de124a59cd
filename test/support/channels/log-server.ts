/** Debian's rsyslog as a log server of its own for a test: what it understood of every message, as it parsed it. */
import { spawn, spawnSync } from 'node:child_process';
import { createReadStream, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Certificates } from './certificates.ts';

const RSYSLOGD = join(import.meta.dirname, '../../../.services/rsyslog/rsyslogd');

/** Why tests that need it cannot run; `false`: they can. Throws where services are required. */
export const withoutLogServer = existsSync(RSYSLOGD) ? false : 'needs rsyslog: npm run services:install';
if (withoutLogServer && process.env['HOLDFAST_SERVICES'] === 'required') throw new Error(withoutLogServer);

/** Names of rsyslog's properties. */
export type ParsedMessage = Readonly<
  Record<'pri' | 'timestamp' | 'hostname' | 'app' | 'procid' | 'msgid' | 'structured' | 'msg', string>
>;

export interface LogServer extends AsyncDisposable {
  readonly tlsPort: number;
  readonly tcpPort: number;
  readonly udpPort: number;
  /** Waits for the next message that it has parsed. */
  message(): Promise<ParsedMessage>;
}

/** `udpPort` is a free one: rsyslog does not tell which it took. */
export async function startLogServer({ certFile, keyFile }: Certificates, udpPort: number): Promise<LogServer> {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-rsyslog-'));
  const file = (name: string): string => join(folder, name);
  spawnSync('mkfifo', [file('messages')]);
  writeFileSync(file('conf'), configuration(file, { certFile, keyFile }, udpPort));
  const server = spawn(RSYSLOGD, ['-n', '-f', file('conf'), '-i', file('pid')], { stdio: 'ignore' });
  const ended = once(server, 'exit');
  const messages = createReadStream(file('messages'), 'utf8');
  const lines = createInterface({ input: messages })[Symbol.asyncIterator]();
  async function message(): Promise<ParsedMessage> {
    const { value, done } = await lines.next();
    if (done) throw new Error('The log server ended');
    return JSON.parse(value) as ParsedMessage;
  }
  // Its first message is its own, and says that it listens.
  const { app } = await message();
  if (app !== 'rsyslogd') throw new Error('The log server said something else than that it listens');
  const port = (name: string): number => Number(readFileSync(file(name), 'utf8'));
  return {
    tlsPort: port('tls.port'),
    tcpPort: port('tcp.port'),
    udpPort,
    message,
    async [Symbol.asyncDispose]() {
      server.kill('SIGKILL');
      await ended;
      messages.destroy();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function configuration(
  file: (name: string) => string,
  { certFile, keyFile }: Pick<Certificates, 'certFile' | 'keyFile'>,
  udpPort: number,
): string {
  const properties = {
    pri: 'pri',
    timestamp: 'timestamp" dateFormat="rfc3339',
    hostname: 'hostname',
    app: 'app-name',
    procid: 'procid',
    msgid: 'msgid',
    structured: 'structured-data',
    msg: 'msg',
  };
  return [
    `global(workDirectory="${file('')}" processInternalMessages="on" parser.escapeControlCharactersOnReceive="off"`,
    `  defaultNetstreamDriverCAFile="${certFile}" defaultNetstreamDriverCertFile="${certFile}" defaultNetstreamDriverKeyFile="${keyFile}")`,
    'module(load="imtcp") module(load="imudp")',
    'template(name="parsed" type="list" option.jsonf="on") {',
    ...Object.entries(properties).map(
      ([name, property]) => `  property(outname="${name}" name="${property}" format="jsonf")`,
    ),
    '}',
    `input(type="imtcp" port="0" address="127.0.0.1" listenPortFileName="${file('tls.port')}"`,
    '  streamDriver.name="ossl" streamDriver.mode="1" streamDriver.authMode="anon")',
    `input(type="imtcp" port="0" address="127.0.0.1" listenPortFileName="${file('tcp.port')}")`,
    `input(type="imudp" port="${udpPort}" address="127.0.0.1")`,
    `*.* action(type="ompipe" pipe="${file('messages')}" template="parsed")`,
    '',
  ].join('\n');
}
