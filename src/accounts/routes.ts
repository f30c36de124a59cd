import cookie from '@fastify/cookie';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import '../base/http/access.ts';
import { Type } from '../base/http/schema.ts';
import type { LoggedIn } from './account-view.ts';
import type { Accounts } from './accounts.ts';
import { appPasswordRoutes } from './app-passwords/routes.ts';
import { closingRoutes } from './closing/routes.ts';
import { workspaceKeyRoutes } from './keys/routes.ts';
import { peopleRoutes } from './people/routes.ts';
import { sessionOf } from './session-request.ts';
import { clearSessionCookie, sessionCookieOf, setSessionCookie } from './sessions/session-cookie.ts';
import * as wire from './wire.ts';

export interface AccountsRoutesOptions {
  /** Whether a person at this place may sign up unasked: no public URL, a local Host, nothing forwarded. */
  readonly signUpIsOpen: (request: FastifyRequest) => boolean;
}

const tags = ['accounts'];

const DEVICE_COOKIE = 'holdfast-device';
/** As long as browsers keep one at most; the server looks at the age itself. */
const COOKIE_SECONDS = 400 * 24 * 3600;

/** The routes of accounts/, to be mounted under `/api/v1`. */
export function accountsRoutes(accounts: Accounts, { signUpIsOpen }: AccountsRoutesOptions): FastifyPluginAsyncTypebox {
  return async (app) => {
    await app.register(cookie);
    await peopleRoutes(accounts)(app, {});
    await workspaceKeyRoutes(accounts)(app, {});
    await closingRoutes(accounts)(app, {});
    await appPasswordRoutes(accounts)(app, {});

    /**
     * The device is known from now on: to browsers by a cookie that no script reads, to programs by the reply. A
     * browser's session goes the same way, and then no secret stands in the reply.
     */
    const loggedIn = (
      request: FastifyRequest,
      reply: FastifyReply,
      made: LoggedIn,
      kind: 'bearer' | 'cookie' = 'bearer',
    ): wire.LogInReply | wire.BrowserLogInReply => {
      const { account, session, token, expiresTime } = made;
      const deviceToken = accounts.deviceToken(account.accountId);
      reply.setCookie(DEVICE_COOKIE, deviceToken, {
        path: '/api/v1/sessions',
        httpOnly: true,
        sameSite: 'strict',
        secure: request.protocol === 'https',
        maxAge: COOKIE_SECONDS,
      });
      const view = { account, sessionId: session.sessionId, expiresTime };
      if (kind === 'bearer') return { ...view, token, deviceToken };
      setSessionCookie(request, reply, made);
      return view;
    };

    app.route({
      method: 'POST',
      url: '/accounts',
      config: { access: 'public' },
      schema: {
        operationId: 'signUp',
        summary: 'Sign up',
        description:
          'Makes an account with its personal drive and logs it in. The reply holds the recovery key, once. The first account needs the setup code and becomes the admin.',
        tags,
        body: wire.SignUpRequest,
        response: { 201: Type.Union([wire.SignUpReply, wire.BrowserSignUpReply]) },
      },
      handler: async (request, reply) => {
        const { body } = request;
        const device = deviceOf(request, body.device);
        const made = await accounts.signUp({ ...body, device, address: request.ip, signUpOpen: signUpIsOpen(request) });
        const { recoveryKey, recoveryKit } = made;
        return secret(reply)
          .code(201)
          .send({ ...loggedIn(request, reply, made, body.session), recoveryKey, recoveryKit });
      },
    });

    app.route({
      method: 'GET',
      url: '/account',
      schema: { operationId: 'whoAmI', summary: 'Who am I', tags, response: { 200: wire.WhoAmIReply } },
      handler: (request) => accounts.whoAmI(sessionOf(request)),
    });

    app.route({
      method: 'POST',
      url: '/sessions',
      config: { access: 'public' },
      schema: {
        operationId: 'logIn',
        summary: 'Log in',
        description: 'Answers alike, and in equal time, for a wrong password and an unknown address.',
        tags,
        body: wire.LogInRequest,
        response: { 201: Type.Union([wire.LogInReply, wire.BrowserLogInReply]) },
      },
      handler: async (request, reply) => {
        const { email, password, deviceToken = request.cookies[DEVICE_COOKIE] } = request.body;
        const device = deviceOf(request, request.body.device);
        const made = await accounts.logIn({ email, password, device, deviceToken, address: request.ip });
        return secret(reply)
          .code(201)
          .send(loggedIn(request, reply, made, request.body.session));
      },
    });

    app.route({
      method: 'GET',
      url: '/sessions',
      schema: {
        operationId: 'listSessions',
        summary: 'My login sessions',
        tags,
        response: { 200: wire.SessionsReply },
      },
      handler: async (request) => ({ sessions: await accounts.sessions(sessionOf(request)) }),
    });

    app.route({
      method: 'DELETE',
      url: '/sessions/current',
      schema: {
        operationId: 'logOut',
        summary: 'Log out',
        description: 'Ends the session on the server; a browser forgets its cookie.',
        tags,
        response: { 204: wire.Done },
      },
      handler: async (request, reply) => {
        await accounts.logOut(sessionOf(request));
        clearSessionCookie(request, reply);
        return reply.code(204).send(null);
      },
    });

    app.route({
      method: 'DELETE',
      url: '/sessions/:sessionId',
      schema: {
        operationId: 'revokeSession',
        summary: 'End one of my sessions',
        tags,
        params: wire.SessionParams,
        response: { 204: wire.Done },
      },
      handler: async (request, reply) => {
        await accounts.revokeSession(sessionOf(request), request.params.sessionId);
        return reply.code(204).send(null);
      },
    });

    app.route({
      method: 'POST',
      url: '/account/password',
      schema: {
        operationId: 'changePassword',
        summary: 'Change my password',
        description: 'Asks for the current password and ends all other sessions. Files are not touched.',
        tags,
        body: wire.PasswordRequest,
        response: { 200: wire.PasswordReply },
      },
      handler: (request) => accounts.changePassword(sessionOf(request), request.body),
    });

    app.route({
      method: 'POST',
      url: '/account/recovery',
      config: { access: 'public' },
      schema: {
        operationId: 'recover',
        summary: 'Set a new password with the recovery key',
        description: 'Ends all sessions and logs in. The same recovery kit stays valid.',
        tags,
        body: wire.RecoveryRequest,
        response: { 201: Type.Union([wire.LogInReply, wire.BrowserLogInReply]) },
      },
      handler: async (request, reply) => {
        const device = deviceOf(request, request.body.device);
        const made = await accounts.recover({ ...request.body, device, address: request.ip });
        return secret(reply)
          .code(201)
          .send(loggedIn(request, reply, made, request.body.session));
      },
    });

    app.route({
      method: 'POST',
      url: '/account/rotate',
      schema: {
        operationId: 'rotateAccount',
        summary: 'Give my account new keys',
        description:
          'After a leak. Asks for the password again. A new account identity, a new recovery kit (in the reply, once; the old one opens nothing any more) and a new generation of the keys of my drive. Ends all sessions and app passwords, and logs in: whoever asks with a cookie by a cookie.',
        tags,
        body: wire.PasswordAgain,
        response: { 201: Type.Union([wire.SignUpReply, wire.BrowserSignUpReply]) },
      },
      handler: async (request, reply) => {
        const made = await accounts.rotateAccount(sessionOf(request), request.body.password);
        const { recoveryKey, recoveryKit } = made;
        return secret(reply)
          .code(201)
          .send({ ...loggedIn(request, reply, made, sessionKindOf(request)), recoveryKey, recoveryKit });
      },
    });

    app.route({
      method: 'POST',
      url: '/account/kit/confirm',
      schema: {
        operationId: 'confirmKit',
        summary: 'Say that the recovery kit is kept',
        tags,
        response: { 204: wire.Done },
      },
      handler: async (request, reply) => {
        await accounts.confirmKit(sessionOf(request));
        return reply.code(204).send(null);
      },
    });

    app.route({
      method: 'GET',
      url: '/accounts/sign-up',
      config: { access: 'public' },
      schema: {
        operationId: 'signUpFacts',
        summary: 'What to know before signing up',
        description:
          'What it takes to sign up, and whether a key of the organisation will be able to open what is stored here.',
        tags,
        response: { 200: wire.SignUpFacts },
      },
      handler: async (request) => ({
        ...(await accounts.signUpFacts()),
        admission: await accounts.signUpAdmission(signUpIsOpen(request)),
      }),
    });

    app.route({
      method: 'GET',
      url: '/accounts/handle-proposal',
      config: { access: 'public' },
      schema: {
        operationId: 'proposeHandle',
        summary: 'A free handle for a name',
        tags,
        querystring: wire.HandleQuery,
        response: { 200: wire.HandleReply },
      },
      handler: async (request) => ({
        handle: await accounts.proposeHandle(request.query.name, signUpIsOpen(request)),
      }),
    });

    app.route({
      method: 'POST',
      url: '/account/password-feedback',
      config: { access: 'public' },
      schema: {
        operationId: 'passwordFeedback',
        summary: 'How good is this password',
        description:
          'Judges a password before it is set; keeps nothing. For whoever is logged in or may sign up: unasked where sign-up is open, else with an invitation, or the setup code for the first account.',
        tags,
        body: wire.FeedbackRequest,
        response: { 200: wire.FeedbackReply },
      },
      handler: async (request, reply) => {
        const { hints = [], ...asked } = request.body;
        const from = { address: request.ip, signUpOpen: signUpIsOpen(request) };
        const feedback = await accounts.passwordFeedback({ ...asked, hints, ...from }, request.session);
        return secret(reply).send({ ...feedback, suggestions: [...feedback.suggestions] });
      },
    });
  };
}

function sessionKindOf(request: FastifyRequest): 'bearer' | 'cookie' {
  return request.headers.authorization === undefined && sessionCookieOf(request) !== null ? 'cookie' : 'bearer';
}

/** A reply with a secret in it is kept by nobody on the way. */
function secret<Reply extends FastifyReply>(reply: Reply): Reply {
  reply.header('cache-control', 'no-store');
  return reply;
}

/** The label that was given; else what the program calls itself, without what could disturb a terminal. */
function deviceOf(request: FastifyRequest, given: string | undefined): string | undefined {
  if (given !== undefined && given.trim() !== '') return given;
  const agent = request.headers['user-agent'];
  return agent?.replace(/[^\x20-\x7e]/g, '').slice(0, 100);
}
