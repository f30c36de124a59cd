/** What the CLI reads from the environment; the server's names are in ./env.ts. */
export interface CliEnvironment {
  /** HOLDFAST_URL: the server to talk to, for scripts. */
  readonly url: string | undefined;
  /** Where the CLI keeps its session. */
  readonly configFolder: string;
  /** Where what was found on this computer is kept. */
  readonly stateFolder: string;
  /** NO_COLOR (no-color.org) or a terminal that knows no colours. */
  readonly noColor: boolean;
}

/** Names that belong to the CLI alone; docs/settings.md lists them (a test compares). */
export const cliEnvironmentNames: readonly string[] = ['HOLDFAST_URL'];

/** `homeFolder` and `platform` decide where things lie when XDG_CONFIG_HOME and XDG_STATE_HOME do not say so. */
export function readCliEnvironment(
  { homeFolder, platform }: { homeFolder: string; platform: NodeJS.Platform },
  environment: Variables = process.env,
): CliEnvironment {
  return {
    url: environment['HOLDFAST_URL'] || undefined,
    configFolder: `${configHome(homeFolder, platform, environment)}/holdfast`,
    stateFolder: `${stateHome(homeFolder, platform, environment)}/holdfast`,
    noColor: Boolean(environment['NO_COLOR']) || environment['TERM'] === 'dumb',
  };
}

/** Windows' own folder, where its programs lie. */
export function windowsFolder(environment: Variables = process.env): string {
  return environment['SystemRoot'] || 'C:\\Windows';
}

type Variables = Readonly<Record<string, string | undefined>>;

function configHome(homeFolder: string, platform: NodeJS.Platform, environment: Variables): string {
  const chosen = environment['XDG_CONFIG_HOME'];
  // The XDG specification: a relative path is to be ignored.
  if (chosen?.startsWith('/')) return chosen;
  if (platform === 'win32' && environment['APPDATA']) return environment['APPDATA'];
  return `${homeFolder}/.config`;
}

function stateHome(homeFolder: string, platform: NodeJS.Platform, environment: Variables): string {
  const chosen = environment['XDG_STATE_HOME'];
  if (chosen?.startsWith('/')) return chosen;
  if (platform === 'win32' && environment['LOCALAPPDATA']) return environment['LOCALAPPDATA'];
  return `${homeFolder}/.local/state`;
}
