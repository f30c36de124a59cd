import { conditionValues, listOf, statementsOf, type WrittenStatement } from './policy-statements.ts';

/** Whether a policy denies everything in a bucket to whoever comes without TLS, whoever that is. */
export function refusesPlainHttp(policy: string | null, bucket: string): boolean {
  const statements = policy === null ? [] : (statementsOf(policy) ?? []);
  return statements.some((statement) => isRefusal(statement, bucket));
}

function isRefusal(statement: WrittenStatement, bucket: string): boolean {
  const { Effect, Principal, Action, Resource, Condition } = statement;
  if (Effect !== 'Deny' || !isEveryone(Principal)) return false;
  if (!listOf(Action).some((action) => action === '*' || action.toLowerCase() === 's3:*')) return false;
  // Any further condition makes it deny less than all.
  if (Object.values(Condition ?? {}).flatMap((keys) => Object.keys(keys)).length !== 1) return false;
  const values = conditionValues(statement, /^bool(ifexists)?$/i, /^aws:securetransport$/i);
  if (!values.includes('false')) return false;
  const covered = listOf(Resource).map((arn) => arn.replace(/^arn:[a-z-]+:s3:::/, ''));
  const all = covered.includes('*');
  return all || covered.includes(`${bucket}/*`) || covered.includes(`${bucket}*`);
}

function isEveryone(principal: unknown): boolean {
  if (principal === '*') return true;
  const aws = (principal as { AWS?: string | string[] } | undefined)?.AWS;
  return listOf(aws).includes('*');
}
