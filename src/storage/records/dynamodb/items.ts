/**
 * How a record lies in a DynamoDB table. One item per record, under the port's own keys:
 *
 *   pk, sk        the record's keys (S); DynamoDB sorts sk by bytes of UTF-8, as the port promises
 *   json          the value as JSON text (S): what comes back is what was put, number for number and in its order
 *   revision      (S) the same for all records of one transaction
 *   expiresAtMs   (N) only where the record expires; what reads and conditions go by
 *   removeAfter   (N) the same in seconds and later, for DynamoDB's own removal (TTL)
 *
 * The table's own item lies under keys that no record can have.
 */
import type { AttributeValue, TransactWriteItem } from '@aws-sdk/client-dynamodb';
import { storageErrors } from '../../errors.ts';
import type { PreparedOperation } from '../record-rules.ts';
import type { JsonObject, RecordCondition, RecordItem } from '../record-store.ts';

export type Attributes = Record<string, AttributeValue>;

export const TTL_ATTRIBUTE = 'removeAfter';

/** DynamoDB's clock removes what ours calls expired: were ours wrong by an hour, it would still be told in time. */
const REMOVAL_DELAY_S = 3600;

/** Below every printable character. */
const OWN_KEY = '\u0001table';

/** Says whose table it is, and of which make. */
export const ownItemKey: Attributes = { pk: { S: OWN_KEY }, sk: { S: OWN_KEY } };

export function isOwnItem(item: Attributes): boolean {
  return item['pk']?.S === OWN_KEY;
}

export function keyOf({ pk, sk }: { readonly pk: string; readonly sk: string }): Attributes {
  return { pk: { S: pk }, sk: { S: sk } };
}

/** True for reads and conditions: there and not expired at `:now`. */
export const LIVE = '(attribute_not_exists(expiresAtMs) OR expiresAtMs > :now)';

export function attributesOf(item: Omit<RecordItem, 'value'> & { readonly json: string }): Attributes {
  const { pk, sk, json, revision, expiresAtMs } = item;
  const attributes: Attributes = { pk: { S: pk }, sk: { S: sk }, json: { S: json }, revision: { S: revision } };
  if (expiresAtMs === undefined) return attributes;
  const removeAfter = Math.ceil(expiresAtMs / 1000) + REMOVAL_DELAY_S;
  return { ...attributes, expiresAtMs: { N: String(expiresAtMs) }, [TTL_ATTRIBUTE]: { N: String(removeAfter) } };
}

/** Throws `records_damaged` for an item that was not written by {@link attributesOf}. */
export function recordOf<Value extends JsonObject>(attributes: Attributes, attempted: string): RecordItem<Value> {
  const { pk, sk, json, revision, expiresAtMs } = attributes;
  const damaged = (detail: string, cause?: unknown): Error =>
    storageErrors('records_damaged', { attempted, detail, cause });
  if (pk?.S === undefined || sk?.S === undefined || json?.S === undefined || revision?.S === undefined) {
    throw damaged('an item of the table is no record');
  }
  let value: Value;
  try {
    value = JSON.parse(json.S) as Value;
  } catch (cause) {
    throw damaged('a value is no JSON', cause);
  }
  const record = { pk: pk.S, sk: sk.S, value, revision: revision.S };
  return expiresAtMs?.N === undefined ? record : { ...record, expiresAtMs: Number(expiresAtMs.N) };
}

/** The operations of one transaction, in their order. */
export function transactItemsOf(
  prepared: readonly PreparedOperation[],
  { table, revision, nowMs }: { readonly table: string; readonly revision: string; readonly nowMs: number },
): TransactWriteItem[] {
  return prepared.map(({ operation, json }) => {
    const { pk, sk } = operation;
    const key = { TableName: table, Key: keyOf({ pk, sk }) };
    if (operation.op === 'check') return { ConditionCheck: { ...key, ...conditionOf(operation.if, nowMs) } };
    const condition = operation.if === undefined ? {} : conditionOf(operation.if, nowMs);
    if (operation.op === 'delete') return { Delete: { ...key, ...condition } };
    const { expiresAtMs } = operation;
    const Item = attributesOf({ pk, sk, json, revision, ...(expiresAtMs === undefined ? {} : { expiresAtMs }) });
    return { Put: { TableName: table, Item, ...condition } };
  });
}

interface Condition {
  readonly ConditionExpression: string;
  readonly ExpressionAttributeValues: Attributes;
}

/** DynamoDB removes expired items days late, so every condition takes them for absent itself. */
function conditionOf(condition: RecordCondition, nowMs: number): Condition {
  const now = { ':now': { N: String(nowMs) } };
  if (condition === 'absent') {
    return {
      ConditionExpression: 'attribute_not_exists(pk) OR expiresAtMs <= :now',
      ExpressionAttributeValues: now,
    };
  }
  if (condition === 'present') {
    return { ConditionExpression: `attribute_exists(pk) AND ${LIVE}`, ExpressionAttributeValues: now };
  }
  return {
    ConditionExpression: `revision = :revision AND ${LIVE}`,
    ExpressionAttributeValues: { ...now, ':revision': { S: condition.revision } },
  };
}
