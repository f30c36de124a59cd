/** The verbs of the guard of buckets as somebody calls them, with a state folder of their own, at a store of services. */
import assert from 'node:assert/strict';
import { cliPerson, type Ran } from './cli-person.ts';

export interface GuardPerson extends AsyncDisposable {
  run(...args: string[]): Promise<Ran>;
  /** The JSON on stdout, whatever the exit code. */
  json<Value>(...args: string[]): Promise<Value & { readonly exitCode: number | null }>;
}

export async function guardPerson(environment: Readonly<Record<string, string>>): Promise<GuardPerson> {
  const person = await cliPerson();
  const env = {
    XDG_STATE_HOME: person.path('state'),
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'holdfasttest',
    AWS_SECRET_ACCESS_KEY: 'holdfast-secret',
    ...environment,
  };
  return {
    run: (...args) => person.runWith({ env }, 'buckets', ...args),
    async json<Value>(...args: string[]) {
      const { stdout, stderr, exitCode } = await person.runWith({ env }, 'buckets', ...args, '--json');
      assert.notEqual(stdout, '', stderr);
      return { ...(JSON.parse(stdout) as Value), exitCode };
    },
    [Symbol.asyncDispose]: () => person[Symbol.asyncDispose](),
  };
}

export interface AuditJson {
  readonly audits: readonly {
    readonly scope: string;
    readonly complete: boolean;
    readonly exposure: Readonly<Record<string, number>>;
    readonly abilities: Readonly<Record<string, string>>;
    readonly buckets: readonly { readonly bucket: string; readonly verdict: string; readonly why: string }[];
    readonly findings: readonly {
      readonly check: string;
      readonly verdict: string;
      readonly evidence: readonly { readonly label: string; readonly value: string }[];
      readonly resource: { readonly name: string };
    }[];
  }[];
}

export interface FixJson {
  readonly applied: boolean;
  readonly receiptId: string | null;
  readonly buckets: readonly {
    readonly bucket: string;
    readonly before: string;
    readonly after: string;
    readonly calls: readonly { readonly call: string }[];
    readonly loseAccess: readonly string[];
  }[];
  readonly outcome: readonly { readonly state: string; readonly detail: string | null }[] | null;
}
