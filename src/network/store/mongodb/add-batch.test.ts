import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MongoBulkWriteError, MongoServerError } from 'mongodb';
import { unlessDuplicate } from './add-batch.ts';

/** As the driver throws it. */
function bulkError(codes: readonly number[], unconfirmed = false): MongoBulkWriteError {
  const writeErrors = codes.map((code) => ({ code, errmsg: 'x' }));
  const result = {
    getWriteConcernError: () => (unconfirmed ? { errmsg: 'waiting for replication timed out' } : undefined),
  };
  return new MongoBulkWriteError({ message: 'x', code: 1, writeErrors } as never, result as never);
}

test('documents that are there already are no error', () => {
  unlessDuplicate(bulkError([11_000]));
  unlessDuplicate(bulkError([11_000, 11_000]));
  unlessDuplicate(new MongoServerError({ message: 'x', code: 11_000 }));
});

test('anything else that a write met is one, a write that was not confirmed included', () => {
  const wrong = [
    bulkError([11_000, 121]),
    bulkError([]),
    bulkError([], true),
    bulkError([11_000], true),
    new MongoServerError({ message: 'x', code: 91 }),
    new Error('x'),
  ];
  for (const error of wrong) assert.throws(() => unlessDuplicate(error), error);
});
