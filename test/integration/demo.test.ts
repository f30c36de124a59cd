/** The demo as somebody starts it who has settings, a login and an account of AWS of their own: it touches none of them. */
import assert from 'node:assert/strict';
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { test } from 'node:test';
import type { BucketsReply, PlacesReply } from '../../src/buckets/wire.ts';
import type { FlowsReply } from '../../src/network/wire.ts';
import type { FindingsReply } from '../../src/findings/wire.ts';

const DEMO = join(import.meta.dirname, '../../scripts/demo.ts');

interface Demo extends AsyncDisposable {
  readonly child: ChildProcessByStdio<null, Readable, Readable>;
  /** Resolves with all that was printed once these words are in it; rejects when it ends before. */
  printed(words: RegExp): Promise<string>;
  /** What lies in the home and among the temporary files of whoever started it. */
  left(): readonly string[];
}

function start(...words: readonly string[]): Demo {
  const folder = mkdtempSync(join(tmpdir(), 'demo-test-'));
  const [home, temporary] = [join(folder, 'home'), join(folder, 'tmp')];
  mkdirSync(home);
  mkdirSync(temporary);
  const child = spawn(process.execPath, [DEMO, ...words], {
    env: {
      ...{ PATH: process.env['PATH'], HOME: home, TMPDIR: temporary },
      // Of whoever starts it; each would end up elsewhere, or stop it.
      ...{ HOLDFAST_URL: 'http://127.0.0.1:1', HOLDFAST_OBJECTS: 's3://mine', AWS_PROFILE: 'mine' },
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (each) => (text += each));
  return {
    child,
    async printed(wanted) {
      while (!wanted.test(text)) {
        assert.equal(child.exitCode ?? child.signalCode, null, text);
        await Promise.race([once(child.stdout, 'data'), once(child, 'close')]);
      }
      return text;
    },
    left: () => [...readdirSync(home), ...readdirSync(temporary)],
    async [Symbol.asyncDispose]() {
      const isOver = child.exitCode !== null || child.signalCode !== null;
      if (!isOver && child.kill('SIGTERM')) await once(child, 'exit');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

test('the demo shows what guards found by their own verbs, answers audits, and leaves nothing when it is stopped', async () => {
  await using demo = start();
  const said = await demo.printed(/Ctrl-C ends it/);
  const of = (name: string): string => new RegExp(`^  ${name} +(\\S+)$`, 'm').exec(said)?.[1] ?? '';
  const [url, email, password] = [of('Address'), of('E-mail'), of('Password')];
  assert.match(said, /Flows +54/, 'the capture was read');
  const ask = async <Reply>(method: string, path: string, token: string | null, json?: object): Promise<Reply> => {
    const headers = {
      ...(json ? { 'content-type': 'application/json' } : {}),
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
    };
    const body = json ? { body: JSON.stringify(json) } : {};
    const reply = await fetch(`${url}/api/v1${path}`, { method, headers, ...body });
    assert.ok(reply.ok, `${method} ${path}: ${await reply.clone().text()}`);
    return (await reply.json()) as Reply;
  };
  const { token } = await ask<{ token: string }>('POST', '/sessions', null, { email, password });
  const { findings } = await ask<FindingsReply>('GET', '/findings?limit=200', token);
  const found = findings.map(({ check, resource }) => `${check} ${resource.name}`);
  assert.ok(
    found.some((each) => /^ACC-02 .*archive-1/.test(each)),
    `the planted host was scanned: ${found.join('\n')}`,
  );
  assert.ok(
    found.some((each) => each.endsWith('lovelace-plans')),
    'the account was audited',
  );

  const { flows } = await ask<FlowsReply>('GET', '/network/flows?limit=100', token);
  assert.ok(flows.length >= 50, 'the capture was handed to the server');

  // What a press on Look now does: the recording has a reply to all that a server asks, too.
  await ask('POST', '/buckets/audits', token, { placeId: null, probe: false });
  for (;;) {
    const { running } = await ask<PlacesReply>('GET', '/buckets/places', token);
    if (running === null) break;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const { buckets } = await ask<BucketsReply>('GET', '/buckets', token);
  const verdicts = Object.fromEntries(buckets.map(({ bucket, verdict }) => [bucket, verdict]));
  assert.deepEqual(verdicts, {
    'lovelace-plans': 'public-read',
    'lovelace-dropbox': 'public-list',
    'lovelace-website': 'public-read',
    'lovelace-drafts': 'latent',
    'lovelace-payroll': 'private',
  });

  demo.child.kill('SIGTERM');
  const [exitCode] = (await once(demo.child, 'close')) as [number | null];
  assert.equal(exitCode, 0);
  await demo.printed(/nothing of it is left/).catch(() => undefined);
  assert.deepEqual(demo.left(), []);
  await assert.rejects(fetch(url), 'nobody serves any more');
});

test('a demo that is stopped while it fills its workspace leaves nothing either', async () => {
  await using demo = start();
  await demo.printed(/is scanned/);
  demo.child.kill('SIGINT');
  const [exitCode] = (await once(demo.child, 'close')) as [number | null];
  assert.equal(exitCode, 0);
  assert.deepEqual(demo.left(), []);
});
