import assert from 'node:assert/strict';
import { test } from 'node:test';
import { agentSettings } from '../../agent/settings.ts';
import { commandErrors } from '../../base/commands/errors.ts';
import type { ApiClient } from '../../base/commands/command.ts';
import { HoldfastError } from '../../base/errors.ts';
import { settingsOf } from '../../base/settings.ts';
import { patientApi } from './agent-buckets-api.ts';

function patient(answers: readonly (Error | string)[]) {
  const [left, troubles, waits]: [(Error | string)[], string[], number[]] = [[...answers], [], []];
  const time = { passedMs: () => 0, wait: async (ms: number) => void waits.push(ms) };
  const answer = async (): Promise<never> => {
    const next = left.shift();
    if (next instanceof Error) throw next;
    return next as never;
  };
  const client = { url: 'https://files.example.org', post: answer, upload: answer } as unknown as ApiClient;
  const settings = settingsOf(agentSettings);
  const signal = new AbortController().signal;
  const onTrouble = (line: string): void => void troubles.push(line);
  return { troubles, waits, made: patientApi(client, { time, settings, signal, random: () => 1, onTrouble }) };
}

const away = () => commandErrors('server_unreachable', { attempted: 'Ask' });
const problem = (status: number) => new HoldfastError('a_problem', { status, title: 'No', remedy: 'None' });

test('a server that is away, or does not let the host in just now, is asked until it answers', async () => {
  const { made, waits, troubles } = patient([away(), problem(403), problem(429), 'taken']);
  assert.equal(await made.api.post('/buckets/notices', {}), 'taken');
  assert.deepEqual(waits, [5000, 10_000, 20_000]);
  assert.equal(troubles.length, 3);
  assert.equal(made.refused, null);
});

test('what the server refuses for good is not asked again, and known at the end', async () => {
  const { made } = patient([problem(422), away()]);
  await assert.rejects(made.api.post('/findings/runs', {}), { code: 'a_problem' });
  assert.equal(made.refused?.code, 'a_problem');
  const upload = { headers: {}, size: 0, body: (async function* () {})() };
  await assert.rejects(made.api.upload('PUT', '/findings/runs/a/batches/0', upload), { code: 'server_unreachable' });
  assert.equal(made.refused?.code, 'server_unreachable');
});
