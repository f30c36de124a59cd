/**
 * Kills a real server (SIGKILL) again and again while notices leave by a real mail server and a webhook, and counts what
 * arrives: every finding that a guard was told is noted must be told to every admin, once, by at least one letter, and
 * nobody may get more than their mail a minute.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { newId } from '../../src/base/ids.ts';
import { observation } from '../../src/findings/test-findings.ts';
import type { RunView } from '../../src/findings/wire.ts';
import { type Arrivals, openReceivers } from '../support/channels/receivers.ts';
import { Unanswered } from '../support/crash/drive/client.ts';
import { lettersByHttp, type LettersClient } from '../support/crash/letters-client.ts';
import { seeded, type Seeded } from '../support/crash/seeded.ts';
import { servedWorkspace } from '../support/crash/served-workspace.ts';

export interface LetterKillsOptions {
  readonly kills: number;
  readonly seed: string;
  readonly print: (line: string) => void;
  /** Ends it after the round at hand, with what came of the rounds so far. */
  readonly stop: AbortSignal;
}

export interface LetterFigures {
  kills: number;
  /** Findings that a guard was told are noted. */
  findings: number;
  readonly complaints: string[];
  mails: number;
  webhooks: number;
  /** Letters that arrived more than once, under the same id. */
  repeated: number;
  readonly people: number;
}

/** What its readers get at most. */
const MINUTE = 60_000;
/** A letter may take this long on its way, so that two of them arrive closer together than they left. */
const ON_THE_WAY_MS = 5000;
/** All that waits is due within two minutes of the last letter; a machine may be busy. */
const LATEST_MS = 5 * MINUTE;
const COLLEAGUES = 3;
/** Nobody may wait for ever for a mail that does not come. */
const LATEST_MAIL_MS = 1.5 * MINUTE;

const SETTINGS = {
  HOLDFAST_WEBHOOK_NETWORKS: '127.0.0.0/8',
  // A server that was killed cannot give its lease back.
  HOLDFAST_NOTICE_LEASE_MS: '1000',
};

/** A guard that reports: what it has no answer for it sends again. */
interface Reporter {
  runId: string | null;
  batch: number;
  pending: readonly object[] | null;
  noted: number;
}

export async function letterKills({ kills, seed, print, stop }: LetterKillsOptions): Promise<LetterFigures> {
  const figures: LetterFigures = {
    ...{ kills: 0, findings: 0, complaints: [], mails: 0, webhooks: 0, repeated: 0 },
    people: COLLEAGUES + 1,
  };
  await using receivers = await openReceivers();
  await using workspace = await servedWorkspace({ settings: SETTINGS });
  let { server } = await workspace.start();
  const client = await lettersByHttp(server.url, { owner: workspace.account, colleagues: COLLEAGUES, receivers });
  const reporter: Reporter = { runId: null, batch: 0, pending: null, noted: 0 };
  for (let round = 1; round <= kills && !stop.aborted; round += 1) {
    const random = seeded(`${seed}/${round}`);
    const killed = armed(random, round, receivers, () => server.child.kill('SIGKILL'));
    await report(client, server.url, reporter, random, killed.signal);
    await server.ended;
    figures.kills = round;
    ({ server } = await workspace.start());
  }
  await settleReporter(client, server.url, reporter);
  figures.findings = reporter.noted;
  print(`${figures.kills} kills, ${figures.findings} findings noted; waiting for the letters that are due`);
  await Promise.race([
    untilAllTold(receivers, client.addresses, figures.findings),
    pause(LATEST_MS, null, { ref: false }),
  ]);
  if (stop.aborted) print('Stopped before the end');
  judge(receivers, client.addresses, figures);
  if (figures.complaints.length > 0) {
    workspace.keep();
    print(`The data folder is kept: ${workspace.dataFolder}`);
  }
  return figures;
}

/**
 * In turn: as a webhook is called, at any time, and as a mail comes, which has to wait for the minute to pass. The kill comes
 * before the other side has said that it takes the letter, or a blink after.
 */
function armed(random: Seeded, round: number, receivers: Arrivals, kill: () => void): AbortController {
  const done = new AbortController();
  const now = (): void => {
    kill();
    done.abort();
  };
  const kind = (['a mail', 'a webhook', 'a time'] as const)[round % 3] ?? 'a time';
  const latest = setTimeout(
    now,
    { 'a time': random.whole(20, 4000), 'a webhook': 8000, 'a mail': LATEST_MAIL_MS }[kind],
  );
  const count = random.whole(1, kind === 'a mail' ? COLLEAGUES + 1 : 3);
  const blinkMs = random.fraction() < 0.5 ? 0 : random.whole(1, 15);
  let seen = 0;
  const stopListening = receivers.onArrival(({ to }) => {
    if (kind !== (to === null ? 'a webhook' : 'a mail')) return;
    seen += 1;
    if (seen !== count) return;
    if (blinkMs === 0) now();
    else setTimeout(now, blinkMs);
  });
  done.signal.addEventListener('abort', () => {
    clearTimeout(latest);
    stopListening();
  });
  return done;
}

/** Reports new findings, a few at a time, until the server is gone. */
async function report(
  client: LettersClient,
  url: string,
  reporter: Reporter,
  random: Seeded,
  killed: AbortSignal,
): Promise<void> {
  while (!killed.aborted) {
    try {
      if (reporter.pending === null) {
        const many = random.whole(1, 15);
        reporter.pending = Array.from({ length: many }, () => observation({}, `bucket-${newId()}`));
      }
      await sendPending(client, url, reporter);
      await pause(random.whole(0, 400));
    } catch (error) {
      if (!(error instanceof Unanswered)) throw error;
    }
  }
}

async function sendPending(client: LettersClient, url: string, reporter: Reporter): Promise<void> {
  if (reporter.pending === null) return;
  if (reporter.runId === null) {
    const begin = { source: 'buckets', scope: 'account 1', checks: null };
    reporter.runId = (await client.ask<RunView>(url, 'POST', '/findings/runs', begin)).runId;
    reporter.batch = 0;
  }
  const path = `/findings/runs/${reporter.runId}/batches/${reporter.batch}`;
  await client.ask(url, 'PUT', path, { findings: reporter.pending });
  reporter.noted += reporter.pending.length;
  reporter.pending = null;
  reporter.batch += 1;
}

async function settleReporter(client: LettersClient, url: string, reporter: Reporter): Promise<void> {
  await sendPending(client, url, reporter);
}

/** Resolves when letters tell of as many findings as there are, to everybody. */
async function untilAllTold(receivers: Arrivals, addresses: readonly string[], findings: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const look = (): void => {
    const isTold = [...addresses, null].every((to) => toldTo(receivers, to) >= findings);
    if (isTold) resolve();
  };
  const stopListening = receivers.onArrival(look);
  look();
  await promise;
  stopListening();
}

/** Of how many findings the letters to one place tell, each letter counted once. `null`: the webhook. */
function toldTo(receivers: Arrivals, to: string | null): number {
  const byId = new Map(receivers.arrived.filter((each) => each.to === to).map(({ id, count }) => [id, count]));
  return [...byId.values()].reduce((sum, count) => sum + count, 0);
}

function judge(receivers: Arrivals, addresses: readonly string[], figures: LetterFigures): void {
  const { complaints, findings, kills, people } = figures;
  for (const to of [...addresses, null]) {
    const place = to ?? 'the webhook';
    const told = toldTo(receivers, to);
    if (told !== findings) complaints.push(`${place} was told of ${told} findings of ${findings}`);
    const letters = receivers.arrived.filter((each) => each.to === to);
    const firsts = new Map(letters.toReversed().map((each) => [each.id, each]));
    figures.repeated += letters.length - firsts.size;
    for (const { id, body } of letters) {
      if (firsts.get(id)?.body !== body) complaints.push(`${place} got the letter ${id} with two different texts`);
    }
    if (to === null) {
      figures.webhooks = letters.length;
      continue;
    }
    figures.mails += letters.length;
    letters.forEach(({ atMs }, index) => {
      const gapMs = index === 0 ? MINUTE : atMs - (letters[index - 1]?.atMs ?? 0);
      if (gapMs < MINUTE - ON_THE_WAY_MS) complaints.push(`${place} got two mails within ${gapMs} ms`);
    });
  }
  // A kill leaves at most one letter on its way to each reader.
  if (figures.repeated > kills * (people + 1)) complaints.push(`${figures.repeated} repeats after ${kills} kills`);
}

/** What came of it, in plain words, a line each. */
export function letterFigures(figures: LetterFigures, seconds: number): string[] {
  const { kills, findings, mails, webhooks, repeated, people, complaints } = figures;
  return [
    '',
    `killed           ${kills} times while letters went out, in ${Math.round(seconds)} s`,
    `findings         ${findings} noted, each told to ${people} people and a webhook`,
    `letters          ${mails} mails and ${webhooks} webhook calls; ${repeated} came again under the same id`,
    `lost or too many ${complaints.length}`,
    ...complaints.map((each) => `  ${each}`),
    '',
  ];
}
