/** Brings a letter to its owner by mail, in short by SMS, and to a workspace that reads along. */
import type { Clock } from '../../../base/clock.ts';
import { visible } from '../../../base/visible-text.ts';
import type { RecordStore } from '../../../storage/index.ts';
import type { BucketsSettings } from '../../settings.ts';
import { namedOwners, type Owners } from './owner.ts';
import { keys, type NoticeLetter } from '../rows.ts';
import { ACCOUNT_OWNER, unchanged } from '../take.ts';
import type { WorkspaceNotice } from './workspace-notice.ts';
import { noticeOf } from './workspace-notice.ts';
import { subjectOf, textOf } from '../events/words.ts';

export interface OwnerMail {
  readonly subject: string;
  readonly text: string;
  /** For phones; `null`: nothing goes there. */
  readonly short: string | null;
  /** Which phone of the owner gets it; `null`: none, or the one of the account, which is subscribed as such. */
  readonly phone: string | null;
}

/** Mails to owners. Each has to confirm first that mails may come. */
export interface OwnerMailer extends AsyncDisposable {
  /** Whether mails reach it; asks for the confirmation where that was not done yet. */
  reaches(address: string, phone: string | null): Promise<boolean>;
  /** `to`: an address that is reached, or {@link ACCOUNT_OWNER}. */
  publish(to: string, mail: OwnerMail): Promise<void>;
}

export interface DeliverDeps {
  readonly stack: string;
  readonly owners: Owners;
  readonly mailer: OwnerMailer;
  readonly records: RecordStore;
  readonly settings: BucketsSettings;
  readonly clock: Clock;
  /** `null`: no workspace reads along. */
  readonly relay: ((notice: WorkspaceNotice) => Promise<void>) | null;
}

const SMS_CHARACTERS = 140;
/** Amazon SNS takes 100 characters of ASCII. */
const SUBJECT_CHARACTERS = 90;

export async function deliverLetter(letter: NoticeLetter, deps: DeliverDeps): Promise<void> {
  const { owners, mailer, settings, relay } = deps;
  const { owner } = letter;
  // The workspace drops what comes twice; people would not.
  await relay?.(noticeOf(letter, settings));
  // Somebody may be named several times, by a tag and by buckets, and with a phone only once.
  const phone = namedOwners(owners).find((named) => named.email === owner && named.phone !== null)?.phone ?? null;
  const isReached = owner === ACCOUNT_OWNER || (await mailer.reaches(owner, phone));
  const to = isReached ? owner : ACCOUNT_OWNER;
  const why = 'has not confirmed the mail of Amazon SNS, has unsubscribed, or cannot be subscribed';
  const lead = isReached ? [] : [visible(`For ${owner}, who ${why}.`)];
  const subject = subjectOf(letter, settings);
  const off = `To hear no more of a bucket: holdfast buckets notices off BUCKET --stack ${deps.stack}`;
  const text = [...lead, textOf(letter, settings), off].join('\n\n');
  const short = (await mayText(to, letter.bursts.length > 0, deps))
    ? `Holdfast: ${subject}`.slice(0, SMS_CHARACTERS)
    : null;
  await mailer.publish(to, {
    ...{ subject: asciiLine(subject), text: `${text}\n`, short },
    phone: short === null || to !== owner ? null : phone,
  });
}

type TextedRow = { readonly textedMs: number };

/** Whether a text message may go out now; then it is the one for a while. An alarm waits for other alarms alone. */
async function mayText(owner: string, isAlarm: boolean, { records, settings, clock }: DeliverDeps): Promise<boolean> {
  const { pk, sk } = keys.texted(owner, isAlarm ? 'alarm' : 'change');
  const row = await records.get<TextedRow>(pk, sk);
  if (row !== null && row.value.textedMs + settings.objectNoticesSmsEveryMs > clock()) return false;
  const value: TextedRow = { textedMs: clock() };
  const expiresAtMs = clock() + settings.objectNoticesSmsEveryMs;
  await records.transact([{ op: 'put', pk, sk, value, expiresAtMs, if: unchanged(row) }]);
  return true;
}

function asciiLine(subject: string): string {
  const plain = subject.replace(/[^ -~]/g, '?');
  return plain.length <= SUBJECT_CHARACTERS ? plain : `${plain.slice(0, SUBJECT_CHARACTERS - 3)}...`;
}
