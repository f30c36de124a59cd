/** What the doctor's checks have in common. */
import { HoldfastError } from '../../base/errors.ts';

export type DoctorCheck = {
  readonly id: string;
  readonly verdict: 'pass' | 'warn' | 'fail';
  /** What was found, one sentence. */
  readonly what: string;
  /** What to do; `null` when there is nothing to do. */
  readonly remedy: string | null;
};

export type Verdict = Omit<DoctorCheck, 'id'>;

export const pass = (what: string): Verdict => ({ verdict: 'pass', what, remedy: null });
export const warn = (what: string, remedy: string): Verdict => ({ verdict: 'warn', what, remedy });
export const fail = (what: string, remedy: string): Verdict => ({ verdict: 'fail', what, remedy });

/** Where a store or a table lies, as its URL says it. */
export interface AwsPlace {
  readonly endpoint?: string | null;
  readonly region?: string | null;
}

/** Behind a command of `aws` that is printed, so that it goes to this very store and not to Amazon's of the same name. */
export function awsFlags({ endpoint, region }: AwsPlace): string {
  const at = endpoint ? ` --endpoint-url '${endpoint.replaceAll("'", "'\\''")}'` : '';
  return at + (region ? ` --region ${region}` : '');
}

/** Never rejects: what cannot be looked at is a failed check. */
export async function check(id: string, look: () => Promise<Verdict>): Promise<DoctorCheck> {
  try {
    return { id, ...(await look()) };
  } catch (error) {
    const why = error instanceof HoldfastError ? error.message : ((error as { code?: string }).code ?? 'unknown error');
    const remedy = error instanceof HoldfastError ? error.remedy : 'Look into the log of the server.';
    return { id, ...fail(`Could not look: ${why}.`, remedy) };
  }
}
