/** The guard of buckets in AWS Lambda: dist/guard-lambda.js, one file with everything inside. */
import type { BatchAnswer, Invocation, NoticesInvocation } from '../buckets/index.ts';
import { runGuard } from '../compose/bucket-guard/guard-lambda.ts';
import { runNotices } from '../compose/bucket-guard/notices-lambda.ts';
import { readEnvironment } from '../config/index.ts';

const output = (line: string): void => void process.stdout.write(`${line}\n`);

export async function handler(invocation: Invocation): Promise<BatchAnswer> {
  return await runGuard(invocation, readEnvironment(), output);
}

/** Of the function that tells of objects. */
export async function notices(invocation: NoticesInvocation): Promise<BatchAnswer> {
  return await runNotices(invocation, readEnvironment(), output);
}
