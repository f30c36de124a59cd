import { createHmac } from 'node:crypto';
import type { Clock } from '../../base/clock.ts';
import { hasCode } from '../../base/errors.ts';
import type { JsonObject, RecordOperation, RecordStore } from '../../storage/index.ts';
import type { DriveAccess } from '../keys/access.ts';
import { fileErrors } from '../errors.ts';
import { keys } from '../records.ts';

/**
 * `Idempotency-Key`: a client that lost the answer asks again with the same key and gets the first answer, instead of
 * a second folder or version. Only the ids of what was made are kept; names never are, and the request itself only as
 * an HMAC under the drive's look-up key, so that the database does not tell what was asked for.
 */
type IdempotencyRow = {
  /** `null` while the first request is running. */
  readonly made: JsonObject | null;
  readonly request: string;
  /** The same of what came in the course of it; not there where nothing did, or while it is running. */
  readonly content?: string;
  readonly generation: number;
  /** The process that runs or ran it. */
  readonly holder: string;
};

export interface IdempotencyDeps {
  readonly records: RecordStore;
  readonly clock: Clock;
  readonly idempotencyKeptMs: number;
  readonly idempotencyRunningMs: number;
  /** Names this process among all that ever served the workspace. */
  readonly holder: string;
  /** No other process serves the workspace now, so that a request of another one runs no more. */
  readonly isAlone: boolean;
}

export interface Once<Made extends JsonObject> {
  /** As the client sent it; without one the act is simply done. */
  readonly key: string | undefined;
  /** Which of the acts of one request this is, where a request asks for several; default 0. */
  readonly part?: number | undefined;
  /** What was asked for, in full: another request under the same key is a mistake. */
  readonly request: readonly (string | number | null)[];
  /**
   * Does it. The operation it gets belongs into the act's own transaction, so that both are there or neither. `content`: what was asked for, as
   * far as it came only meanwhile.
   */
  readonly act: (done: (made: Made, content?: string) => readonly RecordOperation[]) => Promise<Made>;
  /** The content that comes with a request for what is done already. */
  readonly content?: () => Promise<string>;
}

const KEY = /^[\x21-\x7e]{1,128}$/;

/** Throws `idempotency_key_invalid`, `idempotency_key_reused`, `idempotency_in_progress`, and what `act` throws. */
export async function once<Made extends JsonObject>(
  deps: IdempotencyDeps,
  access: DriveAccess,
  { key, part = 0, request, act, content }: Once<Made>,
): Promise<Made> {
  if (key === undefined) return act(() => []);
  if (!KEY.test(key)) throw fileErrors('idempotency_key_invalid');
  const at = keys.idempotency(access.session.accountId, key, part);
  const generation = access.keys.newest.number;
  const { holder } = deps;
  const row: IdempotencyRow = { made: null, request: digest(access, generation, request), generation, holder };
  const isSame = (begun: IdempotencyRow): boolean => begun.request === digest(access, begun.generation, request);

  const begun = await begin(deps, at, row, isSame);
  if (begun !== null) {
    if (!isSame(begun)) throw fileErrors('idempotency_key_reused');
    if (begun.made === null) throw fileErrors('idempotency_in_progress');
    // Read to its end also where nothing is known to hold it against: cutting a sender off would keep the answer from him a second time.
    const repeated = await content?.();
    if (begun.content !== undefined && repeated !== undefined) {
      if (begun.content !== digest(access, begun.generation, [repeated])) throw fileErrors('idempotency_key_reused');
    }
    return begun.made as Made;
  }
  try {
    return await act((made, came) => {
      const kept = came === undefined ? {} : { content: digest(access, generation, [came]) };
      const expiresAtMs = deps.clock() + deps.idempotencyKeptMs;
      return [{ op: 'put', ...at, value: { ...row, made, ...kept }, expiresAtMs }];
    });
  } catch (error) {
    // A refused act was not done; with its cause gone, the same key may do it.
    await forget(deps, at).catch(() => undefined);
    throw error;
  }
}

/**
 * `null` when this request is the first, or the first that outlives its process: one that a crash ended did nothing,
 * for what it does and its answer are one transaction. Else what is known of the first one.
 */
async function begin(
  deps: IdempotencyDeps,
  at: { readonly pk: string; readonly sk: string },
  row: IdempotencyRow,
  isSame: (begun: IdempotencyRow) => boolean,
): Promise<IdempotencyRow | null> {
  for (;;) {
    const present = await deps.records.get<IdempotencyRow>(at.pk, at.sk);
    if (present) {
      const { value } = present;
      const hasEnded = value.made === null && deps.isAlone && value.holder !== deps.holder;
      if (!hasEnded || !isSame(value)) return value;
    }
    try {
      const expiresAtMs = deps.clock() + deps.idempotencyRunningMs;
      const condition = present ? { revision: present.revision } : 'absent';
      await deps.records.transact([{ op: 'put', ...at, value: row, expiresAtMs, if: condition }]);
      return null;
    } catch (error) {
      if (!hasCode(error, 'record_conflict')) throw error;
    }
  }
}

/** Unless it is done after all: an error may come from behind the transaction, as when its answer got lost. */
async function forget(deps: IdempotencyDeps, at: { readonly pk: string; readonly sk: string }): Promise<void> {
  const present = await deps.records.get<IdempotencyRow>(at.pk, at.sk);
  if (present?.value.made !== null) return;
  await deps.records.transact([{ op: 'delete', ...at, if: { revision: present.revision } }]);
}

function digest(access: DriveAccess, generation: number, request: Once<JsonObject>['request']): string {
  return createHmac('sha256', access.keys.generation(generation).lookupKey)
    .update(JSON.stringify([access.driveId, ...request]))
    .digest('base64url');
}
