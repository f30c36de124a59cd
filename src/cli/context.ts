import { hostname, type } from 'node:os';
import type { Clock } from '../base/clock.ts';
import type { ApiClient, CommandContext, ConnectedAs, Prompts, Terminal } from '../base/commands/command.ts';
import { commandErrors } from '../base/commands/errors.ts';
import { version } from '../base/version.ts';
import { visible } from '../base/text/visible.ts';
import type { CliEnvironment } from '../config/cli-env.ts';
import { openApiClient } from './client/api-client.ts';
import { serverUrl } from './client/server-url.ts';
import { openSessionFile } from './client/session-file.ts';
import { clientLimits } from './settings.ts';

export interface ContextParts {
  readonly terminal: Terminal;
  readonly prompts: Prompts;
  readonly signal: AbortSignal;
  readonly clock: Clock;
  readonly environment: CliEnvironment;
  readonly workingFolder: string;
  /** `--server`. */
  readonly server: string | undefined;
}

/** Disposing closes every connection that the command opened. */
export function openContext(parts: ContextParts): CommandContext & Disposable {
  const { terminal, prompts, signal, clock, workingFolder } = parts;
  const sessions = openSessionFile(parts.environment.configFolder);
  const named = parts.server ?? parts.environment.url;
  using opened = new DisposableStack();

  const open = (url: string, as: Partial<ConnectedAs> = {}): ApiClient => {
    const { token, maxReplyBytes = clientLimits.maxReplyBytes } = as;
    const limits = { ...clientLimits, maxReplyBytes };
    const options = { url: serverUrl(url), userAgent: `holdfast-cli/${version}`, signal, limits };
    return held.use(openApiClient(token === undefined ? options : { ...options, token }));
  };
  const held = opened.move();

  const signedInAt = async (url: string): Promise<ApiClient> => {
    const session = await sessions.find(url);
    if (session) return open(session.url, { token: session.token });
    const remedy = `Run: holdfast login ${url} --email E`;
    throw commandErrors('login_required', { detail: `there is no session for ${url}`, remedy });
  };

  return {
    terminal,
    prompts,
    signal,
    clock,
    workingFolder,
    stateFolder: parts.environment.stateFolder,
    device: deviceName(),
    sessions,
    connect: open,
    async signedIn() {
      if (named !== undefined) return await signedInAt(serverUrl(named));
      const session = await sessions.current();
      if (session) return open(session.url, { token: session.token });
      throw commandErrors('login_required');
    },
    signedInAt,
    async chosenServer() {
      return named === undefined ? (await sessions.current())?.url : serverUrl(named);
    },
    [Symbol.dispose]() {
      held[Symbol.dispose]();
    },
  };
}

/** `holdfast on ada-laptop (Linux)`: at most 100 characters, as accounts take it. */
function deviceName(): string {
  return Array.from(visible(`holdfast on ${hostname()} (${type()})`))
    .slice(0, 100)
    .join('');
}
