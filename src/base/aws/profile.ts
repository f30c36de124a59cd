/** One set of credentials serves a whole process, unless a store or a table names a profile of the shared AWS files. */
import type * as Ini from '@aws-sdk/credential-provider-ini';

/**
 * For the configuration of a client of the SDK: the keys, and what else the profile says, are those of that profile, or of
 * nobody. The usual chain would go on where a file lacks it, and take the role of the machine. Nothing without a name.
 */
export async function profileOptions(profile: string | undefined) {
  if (profile === undefined) return {};
  // By its default: in a bundle a CommonJS module has no other export.
  const { default: ini } = (await import('@aws-sdk/credential-provider-ini')) as unknown as {
    readonly default: typeof Ini;
  };
  // Read anew whenever it is asked: keys are replaced there while the server runs.
  return { profile, credentials: ini.fromIni({ profile, ignoreCache: true }) };
}
