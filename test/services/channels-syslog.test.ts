/** Syslog as another program reads it: rsyslog parses what arrives over TLS, TCP and UDP, and says what it understood. */
import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { test } from 'node:test';
import { channelKinds } from '../../src/notifications/channels/index.ts';
import { channelDeps, going, letter } from '../../src/notifications/channels/test-letter.ts';
import { makeCertificates, withoutOpenssl } from '../support/channels/certificates.ts';
import { startLogServer, withoutLogServer } from '../support/channels/log-server.ts';

const skip = withoutLogServer || withoutOpenssl;

async function freeUdpPort(): Promise<number> {
  await using socket = createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return socket.address().port;
}

test(
  'rsyslog understands every part of a message, over TLS, TCP and UDP, whatever stands in it',
  { skip },
  async () => {
    using certificates = makeCertificates();
    await using server = await startLogServer(certificates, await freeUdpPort());
    const evil = { subject: 'Grüße', text: 'a "quoted" ] \\ end\n<0>1 - - - - - - feigned', link: 'https://x/"]\\' };
    const ways = [
      { transport: 'tls', port: server.tlsPort, ca: certificates.ca },
      { transport: 'tcp', port: server.tcpPort },
      { transport: 'udp', port: server.udpPort },
    ];
    for (const way of ways) {
      const channel = channelKinds['syslog']?.open({ host: '127.0.0.1', ...way }, channelDeps()) ?? assert.fail();
      for (const sent of [letter, { ...letter, ...evil }]) {
        await channel.deliver(sent, '', going);
        const got = await server.message();
        const link = sent === letter ? letter.link : String.raw`https://x/\"\]\\`;
        assert.deepEqual(
          { ...got, msg: got.msg.replace('\ufeff', '') },
          {
            pri: '84',
            timestamp: '2026-11-28T09:30:00.000Z',
            hostname: 'workspace-1',
            app: 'holdfast',
            procid: '-',
            msgid: 'login_new',
            structured: `[notice@32473 id="${letter.id}" kind="login_new" severity="warning" count="3" link="${link}"]`,
            msg: `${sent.subject}: ${sent.text.replaceAll('\n', ' ').trim()}`,
          },
          way.transport,
        );
      }
    }
  },
);

test('over TCP many letters are as many messages', { skip }, async () => {
  using certificates = makeCertificates();
  await using server = await startLogServer(certificates, await freeUdpPort());
  const config = { host: '127.0.0.1', transport: 'tcp', port: server.tcpPort };
  const channel = channelKinds['syslog']?.open(config, channelDeps()) ?? assert.fail();
  const ids = Array.from({ length: 20 }, (_, index) => `letter-${index}`);
  await Promise.all(ids.map((id) => channel.deliver({ ...letter, id, text: 'x'.repeat(1500) }, '', going)));
  const got = new Set<string>();
  for (const _ of ids) got.add(/id="([^"]*)"/.exec((await server.message()).structured)?.[1] ?? '');
  assert.deepEqual(got, new Set(ids));
});
