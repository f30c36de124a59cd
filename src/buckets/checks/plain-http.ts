import { conditionValues, listOf, statementsOf, type WrittenStatement } from './policy-statements.ts';

/** Whether a policy denies everything, the bucket itself and all objects in it, to whoever comes without TLS. */
export function refusesPlainHttp(policy: string | null, bucket: string): boolean {
  const statements = policy === null ? [] : (statementsOf(policy) ?? []);
  const resources = statements.filter(isRefusal).flatMap(({ Resource }) => listOf(Resource));
  const covered = new Set(resources.map((arn) => arn.replace(/^arn:[a-z-]+:s3:::/, '')));
  // With objects alone the list of their names still comes over plain HTTP.
  return covered.has('*') || covered.has(`${bucket}*`) || (covered.has(bucket) && covered.has(`${bucket}/*`));
}

function isRefusal(statement: WrittenStatement): boolean {
  const { Effect, Principal, Action, Condition } = statement;
  if (Effect !== 'Deny' || !isEveryone(Principal)) return false;
  if (!listOf(Action).some((action) => action === '*' || action.toLowerCase() === 's3:*')) return false;
  // Any further condition makes it deny less than all.
  if (Object.values(Condition ?? {}).flatMap((keys) => Object.keys(keys)).length !== 1) return false;
  const values = conditionValues(statement, /^bool(ifexists)?$/i, /^aws:securetransport$/i);
  return values.includes('false');
}

function isEveryone(principal: unknown): boolean {
  if (principal === '*') return true;
  const aws = (principal as { AWS?: string | string[] } | undefined)?.AWS;
  return listOf(aws).includes('*');
}
