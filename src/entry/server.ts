/** `holdfast serve`, and so `npm start`: reads the configuration, opens the workspace, says where it is, serves. */
import { relative } from 'node:path';
import { compose, openLog, type Workspace } from '../compose.ts';
import { version } from '../base/version.ts';
import { systemClock } from '../base/clock.ts';
import { type Config, readConfig, readEnvironment, type ServeFlags } from '../config/index.ts';
import { isBuildOld } from './built.js';

const RUNS_FROM_SOURCES = import.meta.url.endsWith('.ts');

/**
 * Serves until `signal` aborts; resolves when running requests are done and everything is closed. `onServing` is called
 * when it answers.
 */
export async function serve(flags: ServeFlags, signal: AbortSignal, onServing?: () => void): Promise<void> {
  const config = readConfig(flags, readEnvironment());
  const log = await openLog(config.logLevel, process.stderr);
  await using workspace = await compose(config, { log, clock: systemClock });
  process.stdout.write(welcome(workspace, config));
  onServing?.();
  await new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
  process.stdout.write('Stopping: running requests may finish.\n');
}

function welcome(
  { addresses, redirect, chatLine, setupCode, setupCodeFile, warnings }: Workspace,
  { dataFolder }: Config,
): string {
  const [first = '', ...others] = addresses;
  const lines = [
    '',
    `Holdfast ${version} is ready.`,
    '',
    `  Address  ${first}${others.length > 0 ? `  (also ${others.join(', ')})` : ''}`,
    ...(redirect.length > 0 ? [`  In clear ${redirect.join(', ')}  (sends browsers to the address)`] : []),
    ...chatLine.map((command, index) => `  ${index === 0 ? 'Chat   ' : '       '}  ${command}`),
    `  Data     ${dataFolder}`,
    ...[...warnings, ...buildWarnings()].map((warning) => `  Warning  ${warning}`),
    '',
  ];
  if (setupCode !== null) {
    lines.push(
      'There is no account yet. Make the first one, which becomes the admin, in another terminal:',
      '',
      `  ./holdfast signup ${first} --name "Ada Lovelace" --email ada@example.org \\`,
      `      --setup-code-file ${shortPath(setupCodeFile)}`,
      '',
      `  Setup code  ${setupCode}   (kept in that file until it is used)`,
      '',
    );
  }
  return `${[...lines, 'Stop with Ctrl-C.', ''].join('\n')}\n`;
}

/** Pages for the browser come from the build in any case, so that an old one shows; a slow start alone would not matter. */
function buildWarnings(): readonly string[] {
  return RUNS_FROM_SOURCES && isBuildOld()
    ? ['dist/ was built from other sources: pages may be older than the server, and it starts slower. Run: npm ci']
    : [];
}

/** As people would type it here. */
function shortPath(path: string): string {
  const way = relative(process.cwd(), path);
  return way.startsWith('..') ? path : way;
}
