/** What the CLI reads from the environment; the server's names are in ./env.ts. */
export interface CliEnvironment {
  /** HOLDFAST_URL: the server to talk to, for scripts. */
  readonly url: string | undefined;
  /** Where the CLI keeps its session. */
  readonly configFolder: string;
  /** NO_COLOR (no-color.org) or a terminal that knows no colours. */
  readonly noColor: boolean;
}

/** Names that belong to the CLI alone; docs/settings.md lists them (a test compares). */
export const cliEnvironmentNames: readonly string[] = ['HOLDFAST_URL'];

/** `homeFolder` and `platform` decide where settings live when XDG_CONFIG_HOME does not say so. */
export function readCliEnvironment(
  { homeFolder, platform }: { homeFolder: string; platform: NodeJS.Platform },
  environment: Readonly<Record<string, string | undefined>> = process.env,
): CliEnvironment {
  return {
    url: environment['HOLDFAST_URL'] || undefined,
    configFolder: `${configHome(homeFolder, platform, environment)}/holdfast`,
    noColor: Boolean(environment['NO_COLOR']) || environment['TERM'] === 'dumb',
  };
}

function configHome(
  homeFolder: string,
  platform: NodeJS.Platform,
  environment: Readonly<Record<string, string | undefined>>,
): string {
  const chosen = environment['XDG_CONFIG_HOME'];
  // The XDG specification: a relative path is to be ignored.
  if (chosen?.startsWith('/')) return chosen;
  if (platform === 'win32' && environment['APPDATA']) return environment['APPDATA'];
  return `${homeFolder}/.config`;
}
