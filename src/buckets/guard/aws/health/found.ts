/** What was found about one part of a deployed guard, and how a refusal of AWS is read. */
import { HoldfastError } from '../../../../base/errors.ts';
import { refusalOf, refusalText } from '../../../../base/aws/sdk-refusal.ts';
import type { PartHealth } from '../../examine.ts';

export type Found = Omit<PartHealth, 'part'>;

/** Where a part is asked, and of which stack it is. */
export interface Asked {
  readonly stack: string;
  readonly region: string;
  /** What stands in for AWS; `null`: AWS itself. */
  readonly endpoint: string | null;
}

export const works = (detail: string): Found => ({ health: 'works', detail });
export const broken = (detail: string): Found => ({ health: 'broken', detail });
export const unsure = (detail: string): Found => ({ health: 'unknown', detail });

/** How what was changed or deleted by hand comes back: a deployment alone changes only what the template has changed. */
export function putBack({ stack, region }: Asked): string {
  return `put it back: AWS_REGION=${region} holdfast buckets deploy --stack ${stack} --revert-drift --apply`;
}

/** What may not be asked is unknown; what is not there is broken. */
export async function looked(look: () => Promise<Found>, asked: Asked): Promise<Found> {
  try {
    return await look();
  } catch (error) {
    return whyNot(error, asked);
  }
}

/** The same of parts that are known from one place, which are all as unknown as that is. */
export async function lookedAtAll(
  parts: readonly string[],
  look: () => Promise<readonly PartHealth[]>,
  asked: Asked,
): Promise<readonly PartHealth[]> {
  try {
    return await look();
  } catch (error) {
    const found = whyNot(error, asked);
    return parts.map((part) => ({ part, ...found }));
  }
}

function whyNot(error: unknown, asked: Asked): Found {
  // Of an error of ours, what it came from says whether something is missing.
  const refusal = refusalOf(error) ?? refusalOf(error instanceof HoldfastError ? error.cause : null);
  if (!refusal) throw error;
  const isMissing = refusal.status === 404 || /NotFound|DoesNotExist/.test(refusal.name);
  return isMissing
    ? broken(`it is not there (${refusalText(refusal)}); ${putBack(asked)}`)
    : unsure(`it could not be looked at (${refusalText(refusal)}): ask with credentials that may`);
}

/** Options of a client of the SDK. */
export function clientOptions({ region, endpoint }: Pick<Asked, 'region' | 'endpoint'>): {
  readonly region: string;
  readonly endpoint?: string;
} {
  return { region, ...(endpoint === null ? {} : { endpoint }) };
}

export function closing<Client extends { destroy(): void }>(client: Client): Client & Disposable {
  return Object.assign(client, { [Symbol.dispose]: () => client.destroy() });
}
