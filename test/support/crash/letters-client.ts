/** Everybody who hears of findings in a workspace that is killed: admins with confirmed addresses, and a webhook. */
import type { Receivers } from '../channels/receivers.ts';
import { Unanswered } from './drive/client.ts';

export interface LettersClient {
  /** One for each admin. */
  readonly addresses: readonly string[];
  /** As the owner. Throws {@link Unanswered} when the server went before it answered. */
  ask<Reply>(url: string, method: string, path: string, json?: object): Promise<Reply>;
}

const OWNER_PASSWORD = 'three unlikely words 1';

export async function lettersByHttp(
  url: string,
  options: {
    readonly owner: { readonly token: string };
    readonly colleagues: number;
    readonly receivers: Receivers;
  },
): Promise<LettersClient> {
  const { owner, colleagues, receivers } = options;
  const tokens = [owner.token];
  for (let number = 1; number <= colleagues; number += 1) {
    const invite = { role: 'admin', password: OWNER_PASSWORD };
    const { invitation } = await call<{ invitation: string }>(url, 'POST', '/invites', owner.token, invite);
    const [name, password] = [`Colleague ${number}`, `four unlikely words ${number}`];
    const email = `colleague${number}@example.org`;
    const made = await call<{ token: string }>(url, 'POST', '/accounts', null, { name, email, password, invitation });
    tokens.push(made.token);
  }
  const smtp = { host: '127.0.0.1', port: receivers.mailPort, security: 'none', from: 'workspace@holdfast.example' };
  const mail = { name: 'Mail', config: smtp };
  const { channelId } = await call<{ channelId: string }>(url, 'POST', '/admin/channels/smtp', owner.token, mail);
  const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
  const webhook = { name: 'Webhook', config: { url: receivers.webhookUrl, secret }, kinds: ['finding_opened'] };
  await call(url, 'POST', '/admin/channels/webhook', owner.token, webhook);
  const addresses = await Promise.all(
    tokens.map(async (token, number) => {
      const destination = `admin${number}@elsewhere.example`;
      await call(url, 'POST', '/notices/addresses', token, { channelId, destination });
      const confirmation = await receivers.confirmation(destination);
      await call(url, 'POST', '/notices/addresses/confirm', null, { token: confirmation });
      for (const kind of ['*', 'finding_opened']) {
        const timing = kind === '*' ? 'off' : 'immediate';
        await call(url, 'POST', '/notices/rules', token, { kind, channel: channelId, timing });
      }
      return destination;
    }),
  );
  return { addresses, ask: (at, method, path, json) => call(at, method, path, owner.token, json) };
}

async function call<Reply>(
  url: string,
  method: string,
  path: string,
  token: string | null,
  json?: object,
): Promise<Reply> {
  const attempted = `${method} ${path}`;
  let status: number;
  let body: string;
  try {
    const answer = await fetch(`${url}/api/v1${path}`, {
      method,
      headers: {
        ...(json ? { 'content-type': 'application/json' } : {}),
        ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      },
      ...(json ? { body: JSON.stringify(json) } : {}),
    });
    status = answer.status;
    body = await answer.text();
  } catch (cause) {
    throw new Unanswered(`${attempted}: no answer`, { cause });
  }
  if (status >= 300) throw new Error(`${attempted}: ${status} ${body}`);
  return (body === '' ? null : JSON.parse(body)) as Reply;
}
