/**
 * What people are told by mail: gathered in the table, so that nothing is lost with a process, and sent at most as often
 * as the settings say, because Amazon SNS ends a subscription that gets too many mails at once.
 */
import { createHash } from 'node:crypto';
import type { Clock } from '../../base/clock.ts';
import { cutUtf8 } from '../../base/formats/cut-utf8.ts';
import { bucketErrors } from '../errors.ts';
import type { BucketsSettings } from '../settings.ts';
import type { GuardTable } from './table.ts';

export interface Topic extends AsyncDisposable {
  publish(subject: string, message: string): Promise<void>;
}

export interface Alerts {
  /** Whether {@link tell} would tell it: the same was not told a while ago. */
  isNews(about: string, text: string): Promise<boolean>;
  /** The same about the same thing is told once in a while only. Throws `guard_mail_waits` when too much waits. */
  tell(about: string, text: string): Promise<void>;
  /** Resolves when all that waits is sent. Throws `guard_mail_waits` when it was not its turn in time. */
  flush(): Promise<void>;
}

export interface AlertsDeps {
  readonly table: GuardTable;
  readonly topic: Topic;
  readonly settings: BucketsSettings;
  readonly clock: Clock;
  readonly wait: (ms: number) => Promise<void>;
}

const WAITING = 'alerts';
const TURN = 'mail';
/** So many of them fit into a row of the table, with those that several invocations add at the same time. */
const MOST_WAITING = 80;
/** Of one, in UTF-8. */
const MOST_BYTES = 3000;
/** Amazon SNS takes 256 KiB. */
const MAIL_BYTES = 250_000;
const LONGEST_STEP_MS = 5000;

export function openAlerts({ table, topic, settings, clock, wait }: AlertsDeps): Alerts {
  const isNews = async (about: string, text: string): Promise<boolean> => {
    const told = (await table.get(keyOf(about))) as { readonly hash?: string } | null;
    return told?.hash !== hashOf(text);
  };
  return {
    isNews,
    async tell(about, text) {
      if (!(await isNews(about, text))) return;
      if ((await table.lines(WAITING)).length >= MOST_WAITING) {
        throw bucketErrors('guard_mail_waits', { attempted: `Tell of ${about}` });
      }
      await table.append(WAITING, [shortened(text)]);
      await table.put(keyOf(about), { hash: hashOf(text) }, clock() + settings.guardToldKeptMs);
    },
    async flush() {
      const stepMs = Math.min(LONGEST_STEP_MS, settings.guardMailEveryMs / 4);
      const untilMs = clock() + settings.guardMailEveryMs + 2 * stepMs;
      for (;;) {
        const waiting = await table.lines(WAITING);
        if (waiting.length === 0) return;
        const lines = fitting(waiting);
        if ((await table.claim(TURN, clock() + settings.guardMailEveryMs)) === 'claimed') {
          await topic.publish(subjectOf(lines), `${lines.join('\n\n')}\n`);
          await table.drop(WAITING, lines.length);
        } else if (clock() >= untilMs) {
          throw bucketErrors('guard_mail_waits', { attempted: `Send ${waiting.length} alerts` });
        } else {
          await wait(stepMs);
        }
      }
    },
  };
}

function keyOf(about: string): string {
  return `told ${about}`;
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function shortened(text: string): string {
  const bytes = Buffer.from(text);
  return bytes.length <= MOST_BYTES ? text : `${cutUtf8(bytes, MOST_BYTES - 3).toString()}…`;
}

/** The first of them, as many as one mail takes. */
function fitting(waiting: readonly string[]): readonly string[] {
  let bytes = 0;
  const end = waiting.findIndex((line) => (bytes += Buffer.byteLength(line) + 2) > MAIL_BYTES);
  return end === -1 ? waiting : waiting.slice(0, Math.max(1, end));
}

/** Amazon SNS takes 100 characters of ASCII, in one line. */
function subjectOf(lines: readonly string[]): string {
  const first = lines[0]?.split('\n')[0] ?? '';
  const plain = first.replace(/[^ -~]/g, '?');
  const more = lines.length > 1 ? ` and ${lines.length - 1} more` : '';
  return `Bucket guard: ${plain.slice(0, 80 - more.length)}${more}`;
}
