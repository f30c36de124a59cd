/** People whom a test needs beside the one in the browser: made, and acting, over HTTP as programs do. */
import assert from 'node:assert/strict';
import type { SignUpReply } from '../../../src/accounts/wire.ts';
import type { CallOptions, StartedServer } from '../servers/start-server.ts';
import { type PersonalDrive, personalDrive } from './workspace-files.ts';

export interface PersonOverHttp {
  readonly name: string;
  readonly email: string;
  readonly password: string;
  readonly accountId: string;
  readonly token: string;
  readonly recoveryKey: string;
  /** Answers the JSON of a call that succeeded; fails the test on any other. `path` is below `/api/v1`. */
  ask<Reply>(method: string, path: string, json?: unknown): Promise<Reply>;
  /** A member's own drive. */
  drive(): Promise<PersonalDrive>;
}

export interface NewPerson {
  readonly name: string;
  readonly email?: string;
  readonly password?: string;
  readonly setupCode?: string;
  readonly invitation?: string;
  /** What the login is listed as. */
  readonly device?: string;
}

export function httpCall(origin: string): StartedServer['call'] {
  return async (method, path, { token, json, body, headers, signal }: CallOptions = {}) =>
    await fetch(`${origin}${path}`, {
      method,
      headers: {
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(json === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(json === undefined ? {} : { body: JSON.stringify(json) }),
      ...(body === undefined ? {} : { body, duplex: 'half' }),
      ...(signal === undefined ? {} : { signal }),
    });
}

export async function signUpOverHttp(origin: string, wanted: NewPerson): Promise<PersonOverHttp> {
  const call = httpCall(origin);
  const person = {
    email: `${wanted.name.toLowerCase().replaceAll(/[^a-z]+/g, '.')}@example.org`,
    password: 'seven quiet herons at dusk',
    ...wanted,
  };
  const answer = await call('POST', '/api/v1/accounts', { json: person });
  assert.equal(answer.status, 201, `Sign up ${person.email}: ${await answer.clone().text()}`);
  const { account, token, recoveryKey } = (await answer.json()) as SignUpReply;
  const { name, email, password } = person;
  return {
    name,
    email,
    password,
    accountId: account.accountId,
    token,
    recoveryKey,
    async ask<Reply>(method: string, path: string, json?: unknown) {
      const reply = await call(method, `/api/v1${path}`, { token, ...(json === undefined ? {} : { json }) });
      assert.ok(reply.ok, `${method} ${path} answered ${reply.status}: ${await reply.clone().text()}`);
      return (reply.status === 204 ? null : await reply.json()) as Reply;
    },
    drive: async () => await personalDrive({ call }, token),
  };
}

/** What a login is listed by. */
const BROWSER = 'Chrome on Linux';

/** Logs in as a browser does and answers the cookie of the session, as `name=value`. */
export async function sessionCookieFor(origin: string, person: Pick<PersonOverHttp, 'email' | 'password'>) {
  const answer = await httpCall(origin)('POST', '/api/v1/sessions', {
    json: { email: person.email, password: person.password, device: BROWSER, session: 'cookie' },
    headers: { origin },
  });
  assert.equal(answer.status, 201, `Log ${person.email} in: ${await answer.clone().text()}`);
  const cookie = answer.headers.getSetCookie().find((each) => each.startsWith('holdfast-session='));
  assert.ok(cookie !== undefined, 'the answer sets the session cookie');
  const [pair = ''] = cookie.split(';');
  const [name = '', value = ''] = pair.split(/=(.*)/s);
  return { name, value };
}
