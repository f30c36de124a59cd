/** From a batch to the mailboxes of one reader: for the transaction that tells them. */
import type { RecordOperation } from '../../storage/index.ts';
import type { NoticeKind } from '../kind.ts';
import type { BatchContent } from '../records.ts';
import { leaveMs, leavesBy, timingFor } from '../rules/apply.ts';
import type { Preferences } from '../rules/preferences.ts';
import type { ChannelFacts, OpenChannels } from './channels.ts';
import { addNotice, type WaitingNotice } from './mailbox.ts';
import { mailboxOperations, readMailbox, type MailboxDeps } from './waiting.ts';

export interface PostDeps extends MailboxDeps {
  readonly clock: () => number;
  readonly channels: OpenChannels;
}

/** To every channel on which a person has a confirmed address and wants to hear of it. */
export async function postToPerson(
  deps: PostDeps,
  accountId: string,
  { addresses, rules, hours }: Preferences,
  kind: NoticeKind,
  content: BatchContent,
): Promise<RecordOperation[]> {
  const operations: RecordOperation[] = [];
  for (const { channelId, confirmedMs } of addresses) {
    const channel = confirmedMs === null ? null : await deps.channels.facts(channelId);
    if (!channel || !leavesBy(kind, channel.kind)) continue;
    const timing = timingFor(rules, kind, content.severity, channelId);
    if (timing === 'off') continue;
    const leave = leaveMs(deps.clock(), timing, kind, content.severity, hours);
    operations.push(...(await post(deps, accountId, channel, content, leave)));
  }
  return operations;
}

/** To a channel that is a place of its own: at once. */
export function postToWorkspace(
  deps: PostDeps,
  channel: ChannelFacts,
  content: BatchContent,
): Promise<RecordOperation[]> {
  return post(deps, WORKSPACE, channel, content, deps.clock());
}

/** Stands for the workspace among the readers of mailboxes. */
export const WORKSPACE = 'workspace';

async function post(
  deps: PostDeps,
  readerId: string,
  { channelId, gapMs }: ChannelFacts,
  { kind, subject, severity, count, firstMs, lastMs, details, about }: BatchContent,
  leave: number,
): Promise<RecordOperation[]> {
  const place = { readerId, channelId };
  const found = await readMailbox(deps, place);
  const notice: WaitingNotice = {
    key: deps.vault.hash('waiting', kind, subject),
    ...{ kind, severity, count, firstMs, lastMs, details },
    ...(about ? { about } : {}),
    leaveMs: leave,
  };
  return mailboxOperations(deps, place, found, addNotice(found.mailbox, notice), gapMs);
}
