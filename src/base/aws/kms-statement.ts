/** The part of a policy of AWS that gives rights to one key of KMS. */

interface KmsStatement {
  readonly Sid: string;
  readonly Effect: 'Allow';
  readonly Action: readonly string[];
  readonly Resource: string;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/**
 * `keyId`: the ARN of a key or of an alias, an alias, or an id. A policy names keys; the alias under which one goes is a condition.
 * `partition`: `aws`, or that of a cloud of Amazon's that is apart.
 */
export function kmsStatement(Sid: string, Action: readonly string[], keyId: string, partition = 'aws'): KmsStatement {
  const statement = { Sid, Effect: 'Allow', Action } as const;
  const alias = /(?:^|:)(alias\/.+)$/.exec(keyId)?.[1];
  if (alias === undefined) {
    return { ...statement, Resource: keyId.startsWith('arn:') ? keyId : `arn:${partition}:kms:*:*:key/${keyId}` };
  }
  const Condition = { 'ForAnyValue:StringEquals': { 'kms:ResourceAliases': alias } };
  return { ...statement, Resource: `arn:${partition}:kms:*:*:key/*`, Condition };
}
