/** The configuration of the notices of objects in an account, out of the environment that its stack gives them. */
import { readOwners, type NoticesConfig } from '../buckets/settings.ts';
import type { Environment } from './env.ts';
import { ARN, readStackEnvironment, type StackEnvironment } from './stack-env.ts';

export interface NoticesEnvironment extends StackEnvironment {
  readonly config: NoticesConfig;
  readonly table: string;
}

/** Throws `config_invalid` with everything that is wrong. */
export function readNoticesEnvironment(given: Environment): NoticesEnvironment {
  return readStackEnvironment(given, ({ environment, text, optional, mistake, common, place }) => {
    const email = text('HOLDFAST_GUARD_EMAIL', /^[^@\s]+@[^@\s]+$/);
    return {
      ...common,
      config: {
        ...place,
        owners: ownersIn(environment['HOLDFAST_GUARD_OWNERS'] ?? '', email, mistake),
        newBucketsQueue: optional('HOLDFAST_GUARD_NEW_BUCKETS_QUEUE', ARN),
      },
      table: text('HOLDFAST_GUARD_NOTICES_TABLE', /^[\w.-]{3,255}$/),
    };
  });
}

function ownersIn(owners: string, email: string, mistake: (text: string) => void): NoticesConfig['owners'] {
  try {
    return readOwners(owners, email);
  } catch (error) {
    mistake(`HOLDFAST_GUARD_OWNERS: ${error instanceof Error ? error.message : ''}.`);
    return readOwners('', email);
  }
}
