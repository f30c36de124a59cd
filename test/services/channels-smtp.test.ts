/** Mail through a real mail server, with TLS and authentication, and through one that misbehaves. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { hasCode } from '../../src/base/errors.ts';
import { type Channel, channelKinds } from '../../src/notifications/channels/index.ts';
import { channelDeps, going, letter } from '../../src/notifications/channels/test-letter.ts';
import { type Certificates, makeCertificates, withoutOpenssl } from '../support/channels/certificates.ts';
import { mailLogin, startMailServer, withoutMailServer } from '../support/channels/mail-server.ts';

const skip = withoutMailServer || withoutOpenssl;
const certificates = skip ? ({} as Certificates) : makeCertificates();
after(() => certificates[Symbol.dispose]?.());

function opened(config: object, timeoutMs = 20_000): Channel {
  const kind = channelKinds['smtp'];
  assert.ok(kind);
  const from = 'workspace@holdfast.example';
  return kind.open(
    { host: '127.0.0.1', from, ca: certificates.ca, ...config },
    channelDeps({ channelTimeoutMs: timeoutMs }),
  );
}

const unavailable = (retryAfterMs?: number) => (error: unknown) =>
  hasCode(error, 'channel_unavailable') && error.extra['retryAfterMs'] === retryAfterMs;
const refused = (error: unknown) => hasCode(error, 'channel_refused');
const MEND = 900_000;

/** Headers as they are written, folded lines joined. */
function headersOf(content: string): string[] {
  const [head = ''] = content.split('\r\n\r\n');
  return head.replaceAll(/\r\n[ \t]+/g, ' ').split('\r\n');
}

for (const security of ['starttls', 'tls'] as const) {
  test(`a letter arrives over ${security}, logged in, as text and as HTML`, { skip }, async () => {
    await using server = await startMailServer(security, certificates);
    const channel = opened({ port: server.port, security, ...mailLogin });
    await channel.deliver({ ...letter, subject: 'Grüße' }, 'ada@example.org', going);
    const mail = await server.mail();
    assert.deepEqual(mail.receivers, ['ada@example.org']);
    assert.equal(mail.sender, 'workspace@holdfast.example');
    assert.ok(mail.encrypted && mail.authenticated);
    const headers = headersOf(mail.content);
    for (const header of [
      'From: Holdfast <workspace@holdfast.example>',
      'To: ada@example.org',
      'Subject: =?UTF-8?Q?Gr=C3=BC=C3=9Fe?=',
      'Message-ID: <0198c0de-0000-7000-8000-000000000001@holdfast.example>',
      'Date: Sat, 28 Nov 2026 09:30:00 +0000',
      'Auto-Submitted: auto-generated',
      'List-ID: "Holdfast" <notices.holdfast.example>',
      'X-Holdfast-Kind: login_new',
    ]) {
      assert.ok(headers.includes(header), `${header}\nis not among\n${headers.join('\n')}`);
    }
    assert.match(mail.content, /Content-Type: text\/plain; charset=utf-8\r\n[^]*There were 3 new logins/);
    assert.match(mail.content, /Content-Type: text\/html; charset=utf-8\r\n[^]*<p>There were 3 new logins/);
  });
}

test('a repeat carries the same Message-ID', { skip }, async () => {
  await using server = await startMailServer('tls', certificates);
  const channel = opened({ port: server.port, security: 'tls', ...mailLogin });
  const ids: unknown[] = [];
  for (const to of ['ada@example.org', 'ada@example.org']) {
    await channel.deliver(letter, to, going);
    ids.push(headersOf((await server.mail()).content).find((line) => line.startsWith('Message-ID')));
  }
  assert.equal(ids[0], ids[1]);
});

test('nothing that stands in a letter makes a header or a receiver', { skip }, async () => {
  await using server = await startMailServer('tls', certificates);
  const channel = opened({ port: server.port, security: 'tls', fromName: 'A\r\nBcc: evil@example.org', ...mailLogin });
  const evil = 'x\r\nBcc: evil@example.org\r\n\r\n<script>';
  await channel.deliver({ ...letter, id: evil, kind: evil, subject: evil, text: evil }, 'ada@example.org', going);
  const mail = await server.mail();
  assert.deepEqual(mail.receivers, ['ada@example.org']);
  const names = headersOf(mail.content).map((line) => line.split(':')[0]);
  assert.deepEqual(
    names.filter((name) => /bcc|script/i.test(name ?? '')),
    [],
  );
});

test('addresses that could be read as something else are refused before they are kept', { skip }, async () => {
  const channel = opened({});
  const wrong = [
    ...['', 'ada', '@example.org', 'ada@', 'a@b@c.org', 'ada@example.org, eve@example.org', 'Ada <ada@example.org>'],
    ...[
      'ada@example.org\r\nBcc: eve@example.org',
      '"a b"@example.org',
      'a;b@example.org',
      'ada@[127.0.0.1]',
      'a(b)@c.org',
    ],
    ...[
      'ada@exa mple.org',
      `${'a'.repeat(65)}@example.org`,
      `ada@${'a'.repeat(250)}.org`,
      'ada@example.org>',
      'a\u0000@b.org',
    ],
  ];
  for (const address of wrong) {
    assert.throws(
      () => channel.checkDestination(address),
      (error) => hasCode(error, 'channel_destination_invalid'),
      address,
    );
    await assert.rejects(channel.deliver(letter, address, going), (error) =>
      hasCode(error, 'channel_destination_invalid'),
    );
  }
  for (const address of [
    'ada@example.org',
    'ada+notices@sub.example.org',
    "o'hara@example.org",
    'ädä@müller.example',
  ]) {
    channel.checkDestination(address);
  }
});

test('an address of another script arrives where the server can take it', { skip }, async () => {
  await using server = await startMailServer('tls', certificates);
  const channel = opened({ port: server.port, security: 'tls', ...mailLogin });
  await channel.deliver(letter, 'ädä@müller.example', going);
  assert.match((await server.mail()).receivers[0] ?? '', /^ädä@/);
});

test('a wrong password is no fault of the letter: it waits, and is not tried too often', { skip }, async () => {
  await using server = await startMailServer('starttls', certificates);
  const channel = opened({ port: server.port, user: mailLogin.user, password: 'secret guess' });
  for (const fail of [() => channel.deliver(letter, 'ada@example.org', going), () => channel.examine(going)]) {
    await assert.rejects(fail(), (error: Error) => {
      assert.ok(unavailable(MEND)(error), String(error));
      assert.match(error.message, /did not let us log in: 535/);
      assert.doesNotMatch(JSON.stringify({ ...error, message: error.message }), /secret guess/);
      return true;
    });
  }
});

test('mail never leaves without the login that was set up', { skip }, async () => {
  using foreign = makeCertificates();
  await using server = await startMailServer('none', foreign);
  for (const config of [{ ...mailLogin }, {}]) {
    const channel = opened({ port: server.port, ...config });
    await assert.rejects(channel.deliver(letter, 'ada@example.org', going), unavailable(MEND));
  }
  await using trusting = await startMailServer('tls-open', certificates);
  const loggedIn = opened({ port: trusting.port, security: 'tls', ...mailLogin });
  await assert.rejects(loggedIn.deliver(letter, 'ada@example.org', going), unavailable(MEND));
  await opened({ port: server.port, security: 'none' }).deliver(letter, 'ada@example.org', going);
  assert.deepEqual((await server.mail()).receivers, ['ada@example.org'], 'the one without TLS that was asked for');
  assert.throws(
    () => opened({ security: 'none', ...mailLogin }),
    (error) => hasCode(error, 'channel_config_invalid'),
  );
});

test(
  'who is unknown, and what is not taken, is refused for good, and the address stays out of the message',
  { skip },
  async () => {
    await using server = await startMailServer('starttls', certificates);
    const channel = opened({ port: server.port, ...mailLogin });
    await assert.rejects(channel.deliver(letter, 'unknown@example.org', going), (error: Error) => {
      assert.ok(refused(error), String(error));
      assert.match(error.message, /550 5\.1\.1 <…> does not live here/);
      return true;
    });
    await assert.rejects(channel.deliver(letter, 'filtered@example.org', going), refused);
  },
);

test('greylisting, and a sender that the server does not take, leave the letter waiting', { skip }, async () => {
  await using server = await startMailServer('starttls', certificates);
  const channel = opened({ port: server.port, ...mailLogin });
  await assert.rejects(channel.deliver(letter, 'greylisted@example.org', going), unavailable());
  const forged = opened({ port: server.port, from: 'forged@example.org', ...mailLogin });
  await assert.rejects(forged.deliver(letter, 'ada@example.org', going), unavailable(MEND));
});

test('a server that hangs is given up in time, and at once when the caller gives up', { skip }, async () => {
  await using server = await startMailServer('starttls', certificates);
  const config = { port: server.port, ...mailLogin };
  await assert.rejects(opened(config, 2000).deliver(letter, 'hanging@example.org', going), /no answer within 2000 ms/);
  const giving = new AbortController();
  const reason = new Error('stopping');
  const waiting = opened(config).deliver(letter, 'hanging@example.org', { signal: giving.signal });
  giving.abort(reason);
  await assert.rejects(waiting, reason);
});

test(
  'a certificate that nobody trusts, or of another host, ends it before the password is sent',
  { skip },
  async () => {
    using foreign = makeCertificates('DNS:other.example');
    await using own = await startMailServer('starttls', certificates);
    await using other = await startMailServer('tls', foreign);
    const cases = [
      opened({ port: own.port, ca: foreign.ca, ...mailLogin }),
      opened({ port: own.port, ca: undefined, ...mailLogin }),
      opened({ port: other.port, security: 'tls', ca: foreign.ca, ...mailLogin }),
    ];
    for (const channel of cases) {
      for (const fail of [() => channel.deliver(letter, 'ada@example.org', going), () => channel.examine(going)]) {
        await assert.rejects(fail(), (error: Error) => {
          assert.match(error.message, /certificate is not trusted/);
          return unavailable(MEND)(error);
        });
      }
    }
  },
);

test('nobody there, and TLS where there is none, is told as such', { skip }, async () => {
  const server = await startMailServer('none', certificates);
  const { port } = server;
  await assert.rejects(opened({ port, security: 'tls' }).deliver(letter, 'ada@example.org', going), unavailable(MEND));
  await server[Symbol.asyncDispose]();
  await assert.rejects(opened({ port }).examine(going), /ECONNREFUSED/);
});

test('examining it logs in and says good-bye, without any mail', { skip }, async () => {
  await using server = await startMailServer('starttls', certificates);
  await opened({ port: server.port, ...mailLogin }).examine(going);
  assert.equal((await server.quit()).authenticated, true);
});

test('the password is the only secret of the configuration, and half a login is refused', () => {
  assert.deepEqual(channelKinds['smtp']?.secretFields, ['password']);
  for (const config of [{ user: 'a' }, { password: 'b' }, { from: 'nobody' }, { from: 'Ada <ada@example.org>' }]) {
    const open = () =>
      channelKinds['smtp']?.open({ host: 'mail.example', from: 'a@b.example', ...config }, channelDeps());
    assert.throws(open, (error) => hasCode(error, 'channel_config_invalid'));
  }
});
