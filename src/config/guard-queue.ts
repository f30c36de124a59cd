/** The queue by which the guard of an account tells a workspace. */
import { endpointEnvironment, type Environment } from './env.ts';
import type { Mistake } from './store-url.ts';

export interface GuardQueue {
  readonly url: string;
  /** What stands in for AWS (AWS_ENDPOINT_URL); `null`: AWS itself. */
  readonly endpoint: string | null;
}

export function readGuardQueue(environment: Environment, mistake: Mistake): GuardQueue | null {
  const text = environment['HOLDFAST_GUARD_QUEUE'];
  if (text === undefined) return null;
  const endpoint = endpointEnvironment.map((name) => environment[name]).find((each) => each !== undefined) ?? null;
  const url = URL.parse(text);
  const isSafe = url?.protocol === 'https:' || (url?.protocol === 'http:' && endpoint !== null);
  // What more stands in it may be a secret, and the URL stands in messages.
  const isBare = url?.username === '' && url.password === '' && url.search === '' && url.hash === '';
  if (url && isSafe && isBare && /^\/\d{12}\/[\w-]{1,80}$/.test(url.pathname)) {
    return { url: url.href, endpoint };
  }
  mistake(
    `HOLDFAST_GUARD_QUEUE: “${text.replace(/\/\/[^/]*@/, '//…@')}” is not the URL of a queue of Amazon SQS, such as https://sqs.eu-central-1.amazonaws.com/123456789012/NAME; the stack of the guard shows it as WorkspaceQueue.`,
  );
  return null;
}
