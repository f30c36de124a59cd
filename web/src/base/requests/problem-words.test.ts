import assert from 'node:assert/strict';
import { test } from 'node:test';
import { accountErrors } from '../../../../src/accounts/index.ts';
import { fileErrors } from '../../../../src/files/index.ts';
import { findingErrors } from '../../../../src/findings/errors.ts';
import { serverErrors } from '../../../../src/server/index.ts';
import { couldNot, inWordsOfPages } from './problem-words.ts';
import { problemFrom } from './problem.ts';

test('what was tried reads as a sentence', () => {
  assert.equal(couldNot('Rename “Plan.pdf”'), 'Could not rename “Plan.pdf”');
});

test('a page gives no advice for the command line where the page itself is meant', () => {
  const body = { code: 'name_taken', title: 'Taken', remedy: 'Use --force.', detail: 'it is a folder' };
  const problem = inWordsOfPages(problemFrom(409, body));
  assert.ok(!problem.remedy.includes('--force'));
  assert.equal(problem.detail, 'it is a folder');
  assert.equal(inWordsOfPages(problemFrom(500, { code: 'x', title: 't', remedy: 'r' })).remedy, 'r');
});

test('words for pages stand for codes that the server has', () => {
  const known = { ...accountErrors.entries, ...fileErrors.entries, ...serverErrors.entries, ...findingErrors.entries };
  const finding = ['finding_not_found', 'finding_not_open', 'finding_not_decided', 'finding_rule_not_found'];
  const codes = ['not_signed_in', 'session_invalid', 'name_taken', 'drive_not_found', 'origin_not_allowed'];
  for (const code of [...codes, 'request_invalid', 'object_damaged', ...finding]) assert.ok(code in known, code);
});
