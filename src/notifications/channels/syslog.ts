/** Letters as messages of RFC 5424: over TLS (RFC 5425), over TCP (RFC 6587), or over UDP (RFC 5426). */
import { lookup } from 'node:dns/promises';
import { once } from 'node:events';
import { hostInUrl } from '../../base/http/addresses.ts';
import { type Static, Type } from '../../base/http/schema.ts';
import type { Channel, ChannelDeps } from './channel.ts';
import { Authority, checkedAuthority, checkedHost, Host, noDestination, Port } from './config-fields.ts';
import { connected } from './connect.ts';
import { systemFailure, withinTime } from './failures.ts';
import { octetCounted, syslogMessage } from './syslog-message.ts';

export const SyslogConfig = Type.Object(
  {
    host: Host,
    port: Type.Optional(Port('Default 6514 with TLS, 601 with TCP, 514 with UDP')),
    transport: Type.Optional(
      Type.Unsafe<'tls' | 'tcp' | 'udp'>({
        type: 'string',
        enum: ['tls', 'tcp', 'udp'],
        description: 'Default tls. With tcp and udp everybody on the way can read and change it; udp loses messages',
      }),
    ),
    facility: Type.Optional(
      Type.Integer({ minimum: 0, maximum: 23, description: 'Default 10 (authpriv), RFC 5424 section 6.2.1' }),
    ),
    ca: Type.Optional(Authority),
  },
  { additionalProperties: false },
);
export type SyslogConfig = Static<typeof SyslogConfig>;

const USUAL_PORTS = { tls: 6514, tcp: 601, udp: 514 } as const;

/**
 * Syslog has no answers. Over TLS and TCP every letter has a connection of its own, and counts as taken when the receiver
 * closes it in order after all was sent; over UDP once it has left this machine.
 */
export function openSyslogChannel(
  config: SyslogConfig,
  { settings, hostName }: Pick<ChannelDeps, 'settings' | 'hostName'>,
): Channel {
  const { transport = 'tls', facility = 10 } = config;
  const host = checkedHost(config.host);
  const port = config.port ?? USUAL_PORTS[transport];
  const endpoint = { host, port, tls: transport === 'tls' ? { ca: checkedAuthority(config.ca) } : null };
  const maxBytes = transport === 'udp' ? settings.syslogDatagramBytes : settings.syslogMessageBytes;
  const attempted = `Send to syslog at ${transport}://${hostInUrl(host)}:${port}`;

  async function reach(signal: AbortSignal, work: (signal: AbortSignal) => Promise<void>): Promise<void> {
    try {
      await withinTime(attempted, settings.channelTimeoutMs, signal, work);
    } catch (error) {
      signal.throwIfAborted();
      throw systemFailure(error, attempted, settings);
    }
  }

  return {
    kind: 'syslog',
    checkDestination: noDestination,
    async deliver(letter, _destination, { signal }) {
      const message = syslogMessage(letter, { facility, hostName, maxBytes });
      await reach(signal, async (within) => {
        if (transport === 'udp') return await sendDatagram(host, port, message, within);
        const socket = await connected(endpoint, within);
        // Receivers say nothing; what comes all the same is read, so that the end behind it is seen.
        socket.resume();
        socket.end(octetCounted(message));
        await once(socket, 'close');
        // What broke before anybody waited for it was heard by nobody.
        if (socket.errored !== null) throw socket.errored;
      });
    },
    async examine({ signal }) {
      await reach(signal, async (within) => {
        if (transport === 'udp') {
          await lookup(host);
          return;
        }
        const socket = await connected(endpoint, within);
        socket.destroy();
      });
    },
    async [Symbol.asyncDispose]() {},
  };
}

async function sendDatagram(host: string, port: number, message: Buffer, signal: AbortSignal): Promise<void> {
  const { createSocket } = await import('node:dgram');
  const { address, family } = await lookup(host);
  signal.throwIfAborted();
  const socket = createSocket(family === 6 ? 'udp6' : 'udp4');
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once('error', reject);
      socket.send(message, port, address, (error) => (error ? reject(error) : resolve()));
    });
  } finally {
    socket.close();
  }
}
