/**
 * Commands of the pages, each run by a shell as it stands there, on a server of its own and with no more rights than the test has; those of buckets and
 * stacks are run by test/services/documented-buckets.test.ts. What is run nowhere is named, with the reason.
 */
import assert from 'node:assert/strict';
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { newId } from '../../src/base/ids.ts';
import type { RoomsReply, SentReply } from '../../src/chat/wire.ts';
import { observation } from '../../src/findings/test-findings.ts';
import type { FindingsReply } from '../../src/findings/wire.ts';
import { cliPerson, type CliPerson } from '../support/clients/cli-person.ts';
import { documentedPages, linesIn, type PageRun, shellOf, type Shell } from '../support/documented/commands.ts';
import { startServer, type StartedServer } from '../support/servers/start-server.ts';
import { BUCKET_PAGES, NOT_RUN } from '../support/documented/elsewhere.ts';

const ROOT = join(import.meta.dirname, '../..');

let server: StartedServer;
let ada: CliPerson;
let shell: Shell;
let token: string;

before(async () => {
  server = await startServer({ environment: { HOLDFAST_WEBHOOK_NETWORKS: '127.0.0.1' } });
  ada = await cliPerson();
  shell = shellOf(ada);
});
after(async () => {
  await ada[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});

/** Somebody who is in the room, and said something in it. */
async function graceIn(room: string): Promise<{ handle: string; sequence: number }> {
  const grace = await server.signUp({ name: 'Grace Hopper', email: `${newId()}@example.org` });
  const account = (await (await server.call('GET', '/api/v1/account', grace)).json()) as { handle: string };
  const { rooms } = (await (await server.call('GET', '/api/v1/chat/rooms', grace)).json()) as RoomsReply;
  const roomId = rooms.find(({ name }) => name === room)?.roomId;
  const said = await server.call('POST', `/api/v1/chat/rooms/${roomId}/messages`, {
    token: grace.token,
    json: { text: 'Buy my gadget' },
  });
  return { handle: account.handle, sequence: ((await said.json()) as SentReply).sequence };
}

/** A host that reports, by the name of the page. */
async function hostCalled(label: string): Promise<void> {
  const made = await server.call('POST', '/api/v1/hosts/enrolments', { token, json: { label, with: ['host'] } });
  const json = {
    hostId: 'b'.repeat(32),
    hostname: label,
    agentVersion: '1',
    with: ['host'],
    enrolmentKey: 'k'.repeat(43),
  };
  const { token: once } = (await made.json()) as { token: string };
  assert.equal((await server.call('POST', '/api/v1/agent/enrol', { token: once, json })).status, 201);
}

/** Programs of others that a bare machine may lack, by a part of the line: it is run where they are there. */
const PROGRAMS = [
  ['curl -d', 'curl'],
  ['--list-interfaces', 'tcpdump'],
] as const;
const isLacking = (text: string): boolean =>
  PROGRAMS.some(
    ([part, name]) =>
      text.includes(part) && !['/usr/bin', '/usr/sbin', '/bin', '/sbin'].some((at) => existsSync(join(at, name))),
  );

/** 1: there are open ones, which it lists; whether this machine has some is nobody's promise. */
function exitCodes(text: string): readonly (number | null)[] {
  if (text === 'holdfast findings list') return [1];
  return /^(sudo )?holdfast host scan --check/.test(text) ? [0, 1] : [0];
}

/** In this order, on one server, after the first account has signed up by the README. */
const PAGES: Readonly<Record<string, PageRun>> = {
  'README.md': {
    async replaced() {
      mkdirSync(ada.path('photos'));
      mkdirSync(ada.path('data'));
      writeFileSync(ada.path('photos/one.jpg'), 'a photo');
      writeFileSync(ada.path('plan.pdf'), 'a plan');
      copyFileSync(join(server.data, 'setup-code'), ada.path('data/setup-code'));
      return {
        '--kit recovery-kit.txt': '--password-file .password --kit recovery-kit.txt',
        'https://files.example.org --invite-file': `${server.url} --name Grace --email grace@example.org --invite-file`,
        // Grace's own computer has another folder.
        'invitation --password-file .password --kit recovery-kit.txt':
          'invitation --password-file .password --kit grace-kit.txt',
        'http://localhost:8080': server.url,
        'versions /plan.pdf': 'versions /plan.pdf --json | tee versions.json',
        VERSION: `$(grep -o '"versionId":"[^"]*"' versions.json | tail -1 | cut -d'"' -f4)`,
        '--plain --output': '--plain --password-file .password --output',
      };
    },
    effects: {
      'ls -l /': /plan\.pdf/,
      "find '*.pdf'": /plan\.pdf/,
      'log /2026': /moved it/,
    },
  },
  'docs/guide/install.md': {},
  'docs/guide/upgrade.md': {},
  'docs/notices.md': {},
  'docs/chat-line.md': {
    replaced: () => ({ '--scope chat': '--scope chat --password-file .password' }),
    effects: { 'app-passwords add': /chat/ },
  },
  'docs/chat-bots.md': {
    async replaced() {
      writeFileSync(ada.path('url.txt'), 'https://127.0.0.1:9/hook\n');
      return {
        'helper.token  #': 'helper.token  #',
        'token general Helper --out helper.token': 'token general Helper --out another.token',
      };
    },
    effects: { 'bots list': /Helper/, curl: /ok/, 'bots remove': /Removed/ },
  },
  'docs/chat-moderation.md': {
    async replaced() {
      const { handle, sequence } = await graceIn('general');
      return { '@grace': `@${handle}`, 'general 42': `general ${sequence}` };
    },
    effects: { 'moderate hide': /hidden/, 'moderate mute': /muted for 2h/, 'moderate log': /A break/ },
  },
  'docs/fleet.md': {
    async replaced() {
      await hostCalled('web-1');
      return { '--for web-1': '--for web-1 --out another', 'forget web-1': 'forget web-1 --yes' };
    },
    effects: { 'host list': /web-1/, 'enrol --list': /Shop, Berlin/ },
  },
  'docs/host.md': {
    // Facts are kept since a moment ago; tomorrow may begin meanwhile.
    replaced: () => ({ '2026-11-01': new Date(Date.now() + 2 * 86_400_000).toISOString().slice(0, 10) }),
    effects: {
      "--check 'SSH-*'": /Hardening index/,
      '--list-checks  ': /KRN-07/,
      'show KRN-07': /^# id: KRN-07/m,
      'platform windows': /W-SMB-01/,
      'show W-SMB-01': /W-SMB-01/,
    },
  },
  'docs/guide/guards.md': {
    async replaced() {
      const seen = observation();
      const [json, at] = [{ findings: [seen] }, '/api/v1/findings/runs'];
      const begun = await server.call('POST', at, { token, json: { source: 'host', scope: 'laptop', checks: null } });
      const { runId } = (await begun.json()) as { runId: string };
      assert.equal((await server.call('PUT', `${at}/${runId}/batches/0`, { token, json })).status, 200);
      await server.call('POST', `${at}/${runId}/end`, { token, json: { complete: true } });
      const { findings } = JSON.parse((await ada.run('findings', 'list', '--json')).stdout) as FindingsReply;
      const id = findings[0]?.findingId ?? '';
      return { FINDING: id, '2027-01-31': new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10) };
    },
    effects: { 'findings show': /\S/ },
  },
  'docs/network.md': {
    replaced() {
      copyFileSync(join(ROOT, 'scripts/demo/capture.pcap'), ada.path('monday.pcap'));
      const rejected = '2 123456789010 eni-1 172.31.16.139 172.31.16.21 20641 22 6 20 4249';
      for (const [index, name] of ['flows.log.gz', 'mon.gz', 'tue.gz'].entries()) {
        const beganS = Math.floor(Date.now() / 1000) - 3600 + index * 60;
        writeFileSync(ada.path(name), gzipSync(`${rejected} ${beganS} ${beganS + 30} REJECT OK\n`));
      }
      return { '/var/lib/holdfast': server.data };
    },
    effects: { 'monday.pcap      ': /flows/i, '--list-interfaces': /\blo\b/ },
  },
};

for (const [page, { replaced, effects = {} }] of Object.entries(PAGES)) {
  test(`the commands of ${page} do what the page says`, async () => {
    const words = Object.entries((await replaced?.()) ?? {});
    const lines = linesIn(page).filter(({ text }) => notRun(page, text) === undefined);
    assert.ok(lines.length > 0, page);
    const unseen = new Set(Object.keys(effects));
    for (const { at, text } of lines) {
      if (isLacking(text)) {
        for (const part of unseen) if (text.includes(part)) unseen.delete(part);
        continue;
      }
      const line = words.reduce((all, [from, to]) => all.replaceAll(from, to), text);
      const { exitCode, said } = await shell(line);
      assert.ok(exitCodes(text).includes(exitCode), `${at}: ${line}\n${exitCode} ${said}`);
      for (const [part, wanted] of Object.entries(effects)) {
        if (!text.includes(part)) continue;
        unseen.delete(part);
        assert.match(said, wanted, `${at}: ${line}`);
      }
      if (page === 'README.md' && text.includes('--invite-file')) await back();
      if (page === 'README.md' && text.includes('--setup-code-file')) token = await tokenOf();
    }
    assert.deepEqual([...unseen], [], 'the page shows these no more');
  });
}

/** Whoever signs up is who asks from then on; the rest is done by the admin. */
async function back(): Promise<void> {
  const words = ['login', server.url, '--email', 'ada@example.org', '--password-file', ada.passwordFile];
  assert.equal((await ada.run(...words)).exitCode, 0);
}

async function tokenOf(): Promise<string> {
  const json = { email: 'ada@example.org', password: ada.password };
  return ((await (await server.call('POST', '/api/v1/sessions', { json })).json()) as { token: string }).token;
}

function notRun(page: string, text: string): string | undefined {
  return NOT_RUN.find(([where, part]) => where.split(' ').includes(page) && text.includes(part))?.[2];
}

test('every command of every page is run, or stands among those that are not, with the reason', () => {
  const RUN = [...Object.keys(PAGES), ...BUCKET_PAGES, 'docs/guide/first-day.md', 'docs/guide/disaster.md'];
  const shown = documentedPages.flatMap(linesIn);
  const open = shown.filter(({ page, text }) => !RUN.includes(page) && notRun(page, text) === undefined);
  assert.deepEqual(
    open.map(({ at, text }) => `${at}: ${text}`),
    [],
  );
  const stale = NOT_RUN.filter(
    ([, part], index) =>
      !shown.some(({ page, text }) => NOT_RUN[index]?.[0].split(' ').includes(page) && text.includes(part)),
  );
  assert.deepEqual(stale, [], 'no page shows these any more');
  for (const [, , reason] of NOT_RUN) {
    for (const [path] of reason.matchAll(/\b(?:test|src)\/[\w/.-]+\.ts/g)) readFileSync(join(ROOT, path));
  }
});

test('what to look at when something is lost works on the data of a stopped server', async () => {
  await server.stop();
  for (const { at, text } of linesIn('docs/guide/disaster.md')) {
    const { exitCode, said } = await shell(text.replace('--data data', `--data ${server.data}`));
    assert.equal(exitCode, 0, `${at}\n${said}`);
  }
});
