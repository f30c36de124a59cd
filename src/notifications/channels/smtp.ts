/** Mail through a mail server that takes it in: a provider's, or a relay of one's own. */
import type { NodemailerError } from 'nodemailer';
import { hostInUrl } from '../../base/http/addresses.ts';
import { type Static, Type } from '../../base/http/schema.ts';
import type { Channel, ChannelDeps } from './channel.ts';
import { Authority, checkedAuthority, checkedHost, Host, invalidField, Port } from './config-fields.ts';
import { quotedAnswer, refused, systemFailure, unavailable, withinTime } from './failures.ts';
import { checkMailAddress, isMailAddress, mailOf } from './mail.ts';

export const SmtpConfig = Type.Object(
  {
    host: Host,
    port: Type.Optional(Port('Default 587; 465 where TLS starts at once')),
    security: Type.Optional(
      Type.Unsafe<'starttls' | 'tls' | 'none'>({
        type: 'string',
        enum: ['starttls', 'tls', 'none'],
        description: 'Default starttls. With none everybody on the way can read and change the mail',
      }),
    ),
    user: Type.Optional(
      Type.String({ minLength: 1, maxLength: 255, description: 'Who logs in; leave out to log nobody in' }),
    ),
    password: Type.Optional(Type.String({ minLength: 1, maxLength: 1024, writeOnly: true })),
    from: Type.String({ maxLength: 254, description: 'Address that mail comes from' }),
    fromName: Type.Optional(Type.String({ maxLength: 100, description: 'Default Holdfast' })),
    ca: Type.Optional(Authority),
  },
  { additionalProperties: false },
);
export type SmtpConfig = Static<typeof SmtpConfig>;

/** Every letter has a connection of its own: mails are few, and an idle one would be cut by the server anyway. */
export function openSmtpChannel(config: SmtpConfig, { settings }: Pick<ChannelDeps, 'settings'>): Channel {
  const { security = 'starttls', from, fromName = 'Holdfast' } = config;
  const host = checkedHost(config.host);
  const port = config.port ?? (security === 'tls' ? 465 : 587);
  const ca = checkedAuthority(config.ca);
  if (!isMailAddress(from)) throw invalidField('from', 'this is not one plain mail address');
  const auth = checkedLogin(config, security);
  const attempted = `Send mail through ${hostInUrl(host)}:${port}`;
  const { channelTimeoutMs: timeoutMs } = settings;

  async function openTransport() {
    // Loaded with the first mail, so that a server without mail does not pay for it.
    const { createTransport } = await import('nodemailer');
    return createTransport({
      host,
      port,
      secure: security === 'tls',
      requireTLS: security === 'starttls',
      ignoreTLS: security === 'none',
      // With a user that the server does not ask for, mail would leave unauthenticated.
      ...(auth ? { auth, forceAuth: true } : {}),
      tls: { minVersion: 'TLSv1.2', ...(ca === null ? {} : { ca }) },
      connectionTimeout: timeoutMs,
      greetingTimeout: timeoutMs,
      socketTimeout: timeoutMs,
      dnsTimeout: timeoutMs,
      maxResponseSize: 64 * 1024,
      disableFileAccess: true,
      disableUrlAccess: true,
    });
  }

  async function reach(signal: AbortSignal, to: string, work: (signal: AbortSignal) => Promise<void>): Promise<void> {
    try {
      await withinTime(attempted, timeoutMs, signal, work);
    } catch (error) {
      signal.throwIfAborted();
      throw mailFailure(error, attempted, to, settings);
    }
  }

  return {
    kind: 'smtp',
    checkDestination: checkMailAddress,
    async deliver(letter, destination, { signal }) {
      checkMailAddress(destination);
      await reach(signal, destination, async (within) => {
        const transport = await openTransport();
        await transport.sendMail({ ...mailOf(letter, destination, { address: from, name: fromName }), signal: within });
      });
    },
    async examine({ signal }) {
      await reach(signal, '', async () => {
        const transport = await openTransport();
        await transport.verify();
      });
    },
    async [Symbol.asyncDispose]() {},
  };
}

function checkedLogin({ user, password }: SmtpConfig, security: string): { user: string; pass: string } | null {
  if (user === undefined && password === undefined) return null;
  if (user === undefined || password === undefined)
    throw invalidField('user', 'a user needs a password, and the reverse');
  if (security === 'none')
    throw invalidField('security', 'with “none” the password would be read by everybody on the way');
  return { user, pass: password };
}

/** RFC 5321 section 4.2.1: 4yz may pass later. 5yz about receiver or message is for good; about anything else it is mended. */
function mailFailure(error: unknown, attempted: string, to: string, settings: ChannelDeps['settings']): unknown {
  const { code, originalCode, command = '', response, permanent } = error as NodemailerError;
  // An answer that names the receiver would carry the address into logs.
  const answer = quotedAnswer(to === '' ? (response ?? '') : (response ?? '').replaceAll(to, '…'));
  const failure = { attempted, detail: answer, cause: error };
  if (code === 'EAUTH') {
    const detail = `the server did not let us log in: ${answer || 'it offers no way to do so'}`;
    const remedy = 'Correct user and password of the channel; waiting mail leaves once the server takes them.';
    return unavailable({ ...failure, detail, remedy }, settings.channelMendRetryMs);
  }
  // That it refuses STARTTLS is no answer about this letter.
  if (response !== undefined && code !== 'ETLS' && permanent !== undefined) {
    if (!permanent) return unavailable(failure);
    if (/^(RCPT TO|DATA)/.test(command)) return refused(failure);
    const remedy = 'Correct the channel, such as the address that mail comes from; waiting mail leaves then.';
    return unavailable({ ...failure, remedy }, settings.channelMendRetryMs);
  }
  // Told before anything was sent: too large for the server, or an address that it cannot take.
  if (code === 'EENVELOPE' || code === 'EMESSAGE') return refused({ ...failure, detail: code });
  return systemFailure(error, attempted, settings, originalCode ?? code);
}
