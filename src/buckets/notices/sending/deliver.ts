/** Brings a letter to its owner by mail, in short by SMS, and to a workspace that reads along. */
import type { Clock } from '../../../base/clock.ts';
import { visible } from '../../../base/text/visible.ts';
import type { RecordStore } from '../../../storage/index.ts';
import type { BucketsSettings } from '../../settings.ts';
import { namedOwners, type Owners } from './owner.ts';
import { keys, type NoticeLetter, type UnreachedRow } from '../rows.ts';
import { ACCOUNT_OWNER, unchanged } from '../take.ts';
import type { WorkspaceNotice } from './workspace-notice.ts';
import { noticeOf } from './workspace-notice.ts';
import { changesIn } from '../events/digest.ts';
import { subjectOf, textOf } from '../events/words.ts';
import type { Delivery } from './send.ts';

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

/** See {@link SendDeps.deliver}. A workspace that reads along is told of the buckets of those who are not reached as well. */
export async function deliverLetter(letter: NoticeLetter, deps: DeliverDeps): Promise<Delivery> {
  const { owners, mailer, settings, relay } = deps;
  const { owner, digest, bursts, unreached } = letter;
  const hasOwn = changesIn(digest) > 0 || bursts.length > 0;
  // The workspace drops what comes twice; people would not.
  if (hasOwn) await relay?.(noticeOf(letter, settings));
  // Somebody may be named several times, by a tag and by buckets, and with a phone only once.
  const phone = namedOwners(owners).find((named) => named.email === owner && named.phone !== null)?.phone ?? null;
  if (owner !== ACCOUNT_OWNER && !(await mailer.reaches(owner, phone))) return 'unreached';
  const instead = unreached === undefined ? null : { digest: unreached.digest, bursts: [] };
  const subject = subjectOf(hasOwn || instead === null ? letter : instead, settings);
  const off = `To hear no more of a bucket: holdfast buckets notices off BUCKET --stack ${deps.stack}`;
  const text = [
    ...(hasOwn ? [textOf(letter, settings)] : []),
    ...(unreached === undefined || instead === null ? [] : [insteadOf(unreached), textOf(instead, settings)]),
    off,
  ].join('\n\n');
  const short = (await mayText(owner, bursts.length > 0, deps))
    ? `Holdfast: ${subject}`.slice(0, SMS_CHARACTERS)
    : null;
  await mailer.publish(owner, {
    ...{ subject: asciiLine(subject), text: `${text}\n`, short },
    phone: short === null ? null : phone,
  });
  return 'told';
}

function insteadOf({ owners, hasMore }: UnreachedRow): string {
  const names = `${owners.join(', ')}${hasMore ? ' and others' : ''}`;
  return visible(
    owners.length === 1 && !hasMore
      ? `For ${names}, who has not confirmed the mail of Amazon SNS, has unsubscribed, or cannot be subscribed:`
      : `For ${names}, who have not confirmed the mail of Amazon SNS, have unsubscribed, or cannot be subscribed:`,
  );
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
