import type { Clock } from '../base/clock.ts';
import { newId } from '../base/ids.ts';
import { visible } from '../base/text/visible.ts';
import type { RecordOperation } from '../storage/index.ts';
import { lastDetails, type NoticeEvent, type NoticeKind, type NoticeSubject, worstAbout } from './kind.ts';
import { keys, type EventContent } from './records.ts';
import type { Vault } from './vault.ts';

const MAX_SUBJECT_CHARACTERS = 256;
const MAX_COUNT = 10_000;
const MAX_PEOPLE = 500;

export interface RaiseDeps {
  readonly vault: Vault;
  readonly clock: Clock;
  readonly kinds: ReadonlyMap<string, NoticeKind>;
}

/**
 * One record, for the transaction of the act that is told: the act and its notice are there together or not at all.
 * Throws `TypeError` for an event that no kind is registered for, or that breaks the rules of kind.ts.
 */
export function raiseOperation({ vault, clock, kinds }: RaiseDeps, event: NoticeEvent): RecordOperation {
  const { kind: name, accountId, subject, count = 1, details = [], about = [] } = event;
  const kind = kinds.get(name);
  if (!kind) throw new TypeError(`No kind of notice is called “${name}”`);
  if ((kind.audience === 'person') !== (accountId !== null)) throw new TypeError(`“${name}” is for ${kind.audience}`);
  const people = Array.isArray(accountId) ? accountId.length : 1;
  if (
    people < 1 ||
    people > MAX_PEOPLE ||
    subject.length > MAX_SUBJECT_CHARACTERS ||
    !Number.isInteger(count) ||
    count < 1 ||
    count > MAX_COUNT
  ) {
    throw new TypeError(`An event of “${name}” is beyond the limits`);
  }
  const content: EventContent = {
    kind: name,
    accountId,
    subject,
    severity: event.severity ?? kind.severity,
    count,
    // Names of what guards found come from outside: each stays one line of a mail, whatever is in it.
    details: kind.names === 'none' ? [] : lastDetails([], details.map(visible)),
    ...(kind.names === 'resource' && about.length > 0 ? { about: worstAbout([], about.map(visiblyCalled)) } : {}),
    atMs: clock(),
  };
  const eventId = newId();
  return { op: 'put', ...keys.event(eventId), value: { sealed: vault.seal(['event', eventId], content) } };
}

function visiblyCalled(about: NoticeSubject): NoticeSubject {
  return { ...about, title: visible(about.title) };
}
