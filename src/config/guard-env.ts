/** The configuration of the guard that runs in an account, out of the environment that its stack gives it. */
import { type GuardConfig, guardModes } from '../buckets/settings.ts';
import type { Environment } from './env.ts';
import { ARN, readStackEnvironment, type StackEnvironment } from './stack-env.ts';

export interface GuardEnvironment extends StackEnvironment {
  readonly config: GuardConfig;
  readonly table: string;
}

/** Throws `config_invalid` with everything that is wrong. */
export function readGuardEnvironment(given: Environment): GuardEnvironment {
  return readStackEnvironment(given, ({ environment, text, optional, mistake, common, place }) => {
    const mode = guardModes.find((each) => each === (environment['HOLDFAST_GUARD_MODE'] ?? 'harmless'));
    if (mode === undefined) mistake(`HOLDFAST_GUARD_MODE is one of ${guardModes.join(', ')}.`);
    return {
      ...common,
      config: {
        ...place,
        mode: mode ?? 'report',
        graceMinutes: Number(optional('HOLDFAST_GUARD_GRACE_MINUTES', /^\d{1,4}$/) ?? 15),
        exceptionTag: optional('HOLDFAST_GUARD_EXCEPTION_TAG', /^[\w .:/=+@-]{1,128}$/) ?? 'holdfast-exception',
        kmsKeyArn: optional('HOLDFAST_GUARD_KMS_KEY', ARN),
        blocksAccount: optional('HOLDFAST_GUARD_BLOCK_ACCOUNT', /^(yes|no)$/) === 'yes',
        fixRole: optional('HOLDFAST_GUARD_FIX_ROLE', ARN),
        graceQueue: text('HOLDFAST_GUARD_GRACE_QUEUE', ARN),
        canaryBucket: optional('HOLDFAST_GUARD_CANARY', /^[a-z0-9.-]{3,63}$/),
      },
      table: text('HOLDFAST_GUARD_TABLE', /^[\w.-]{3,255}$/),
    };
  });
}
