/** What is deployed: the template, and the code as a zip named after what is in it. */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bucketErrors } from '../errors.ts';
import { zipOf } from './zip.ts';

export interface GuardPackage {
  readonly template: string;
  readonly code: Buffer;
  /** `guard-<first half of its SHA-256>.zip`: another code has another name, so that CloudFormation sees the change. */
  readonly codeKey: string;
}

/** Throws `guard_not_built` in a checkout that was not built. */
export async function guardPackage(): Promise<GuardPackage> {
  const code = zipOf('index.mjs', await read('guard-lambda.js', '../../../dist/guard-lambda.js'));
  const template = await read('guard.yaml', '../../../deploy/aws/guard.yaml');
  const hash = createHash('sha256').update(code).digest('hex').slice(0, 32);
  return { template: template.toString('utf8'), code, codeKey: `guard-${hash}.zip` };
}

/** The build puts both beside itself; a checkout has them where they were written and built. */
async function read(beside: string, inCheckout: string): Promise<Buffer> {
  const path = [beside, inCheckout].map((each) => join(import.meta.dirname, each)).find((each) => existsSync(each));
  if (path === undefined) throw bucketErrors('guard_not_built', { attempted: `Read ${beside}` });
  return await readFile(path);
}
