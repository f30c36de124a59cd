/** A policy as it is judged: every `string | array` is a list, every name is told from its negation. */

/** Whom a statement names. */
export interface Principals {
  /** `NotPrincipal`: everybody but these. */
  readonly negated: boolean;
  /** `"*"` or `{"AWS": "*"}`. */
  readonly everyone: boolean;
  /** Account ids, ARNs, unique ids. */
  readonly aws: readonly string[];
  readonly services: readonly string[];
  readonly federated: readonly string[];
  readonly canonical: readonly string[];
}

export interface Condition {
  /** As it is written: `ForAnyValue:StringLikeIfExists`. */
  readonly operator: string;
  /** As it is written. */
  readonly name: string;
  /** In lower case: case does not matter in keys. */
  readonly key: string;
  readonly values: readonly string[];
}

export interface Statement {
  /** Counted from 0. */
  readonly index: number;
  readonly sid: string | null;
  readonly effect: 'Allow' | 'Deny';
  readonly principals: Principals;
  readonly actions: readonly string[];
  /** `NotAction`. */
  readonly actionsNegated: boolean;
  readonly resources: readonly string[];
  /** `NotResource`. */
  readonly resourcesNegated: boolean;
  readonly conditions: readonly Condition[];
}

export interface Policy {
  /** Whether `${…}` is a variable: since 2012-10-17 and not before, which is the default. */
  readonly variables: boolean;
  readonly statements: readonly Statement[];
}
