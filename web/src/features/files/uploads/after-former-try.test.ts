import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { ApiError, problemFrom } from '../../../base/requests/problem.ts';
import { afterFormerTry } from './after-former-try.ts';

const inProgress = new ApiError(problemFrom(409, { code: 'idempotency_in_progress' }));

/** A server that is still ending the try before for so many times. */
function serverThat(refuses: number, refusal: Error = inProgress) {
  const server = { asked: 0 };
  const send = async (): Promise<string> => {
    server.asked += 1;
    if (server.asked <= refuses) throw refusal;
    return await Promise.resolve('stored');
  };
  return { server, send };
}

test('an upload that comes before the broken one is ended on the server is sent again, with growing pauses', async (context) => {
  context.mock.timers.enable({ apis: ['setTimeout'] });
  const { server, send } = serverThat(2);
  const sent = afterFormerTry(send, new AbortController().signal);
  await setImmediate();
  assert.equal(server.asked, 1);
  context.mock.timers.tick(250);
  await setImmediate();
  assert.equal(server.asked, 2);
  context.mock.timers.tick(1000);
  assert.equal(await sent, 'stored');
});

test('in the end it is refused, any other refusal at once, and who takes it back waits no longer', async (context) => {
  context.mock.timers.enable({ apis: ['setTimeout'] });
  const never = serverThat(Infinity);
  const refused = assert.rejects(afterFormerTry(never.send, new AbortController().signal), inProgress);
  for (const pause of [250, 1000, 4000, 8000]) {
    await setImmediate();
    context.mock.timers.tick(pause);
  }
  await refused;
  assert.equal(never.server.asked, 5);
  const full = new ApiError(problemFrom(507, { code: 'quota_exceeded' }));
  await assert.rejects(afterFormerTry(serverThat(1, full).send, new AbortController().signal), full);
  const taken = new AbortController();
  const waiting = afterFormerTry(serverThat(1).send, taken.signal);
  await setImmediate();
  taken.abort();
  await assert.rejects(waiting, { name: 'AbortError' });
});
