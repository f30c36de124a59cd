import type { RecordItem, RecordOperation, RecordStore } from '../../storage/index.ts';
import { dueBefore, keys, type MailboxRow } from '../records.ts';
import type { Vault } from '../vault.ts';
import { dueMs, EMPTY, type Mailbox } from './mailbox.ts';

export interface MailboxPlace {
  /** Account id, or WORKSPACE. */
  readonly readerId: string;
  readonly channelId: string;
}

export interface MailboxDeps {
  readonly records: RecordStore;
  readonly vault: Vault;
}

export interface FoundMailbox {
  readonly mailbox: Mailbox;
  readonly item: RecordItem<MailboxRow> | null;
}

export async function readMailbox(deps: MailboxDeps, place: MailboxPlace): Promise<FoundMailbox> {
  const at = keys.mailbox(place.readerId, place.channelId);
  const item = await deps.records.get<MailboxRow>(at.pk, at.sk);
  const mailbox = item && deps.vault.open<Mailbox>(contextOf(place), item.value.sealed);
  return { mailbox: mailbox ?? EMPTY, item };
}

/** Writes a mailbox as it was read, and its place among what is due. At most three operations. */
export function mailboxOperations(
  { vault }: MailboxDeps,
  place: MailboxPlace,
  { item }: Pick<FoundMailbox, 'item'>,
  mailbox: Mailbox,
  gapMs: number,
): RecordOperation[] {
  const { readerId, channelId } = place;
  const due = dueMs(mailbox, gapMs);
  const before = item?.value.dueMs ?? null;
  const value: MailboxRow = { dueMs: due, sealed: vault.seal(contextOf(place), mailbox) };
  return [
    {
      op: 'put',
      ...keys.mailbox(readerId, channelId),
      value,
      if: item ? { revision: item.revision } : 'absent',
    },
    ...(before === null || before === due ? [] : [{ op: 'delete', ...keys.due(before, readerId, channelId) } as const]),
    ...(due === null ? [] : [{ op: 'put', ...keys.due(due, readerId, channelId), value: { ...place } } as const]),
  ];
}

/** Takes a mailbox away, with all that waits in it. */
export function removalOperations(place: MailboxPlace, { item }: Pick<FoundMailbox, 'item'>): RecordOperation[] {
  if (!item) return [];
  const { readerId, channelId } = place;
  const due = item.value.dueMs;
  return [
    { op: 'delete', ...keys.mailbox(readerId, channelId), if: { revision: item.revision } },
    ...(due === null ? [] : [{ op: 'delete', ...keys.due(due, readerId, channelId) } as const]),
  ];
}

function contextOf({ readerId, channelId }: MailboxPlace): string[] {
  return ['mailbox', readerId, channelId];
}

/** What is due by now, the longest due first. */
export async function dueMailboxes(records: RecordStore, nowMs: number, limit: number): Promise<MailboxPlace[]> {
  const { items } = await records.query<{ readerId: string; channelId: string }>(keys.due(0, '', '').pk, { limit });
  return items.filter(({ sk }) => sk < dueBefore(nowMs + 1)).map(({ value }) => value);
}

/** When the next is due; `null`: nothing waits. */
export async function nextDueMs(records: RecordStore): Promise<number | null> {
  const { items } = await records.query(keys.due(0, '', '').pk, { limit: 1 });
  const sk = items[0]?.sk;
  return sk === undefined ? null : Number(sk.slice(0, sk.indexOf('#')));
}
