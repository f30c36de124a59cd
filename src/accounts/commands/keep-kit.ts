import type { ApiClient, CommandContext } from '../../base/commands/command.ts';
import type { ReservedFile } from '../../base/commands/private-file.ts';
import { quoted, visible } from '../../base/text/visible.ts';
import type { SignUpReply } from '../wire.ts';

/** Enough to show that the kit was kept, too few to be of use to who looks over a shoulder. */
const CHECK_CHARACTERS = 8;

/** What the command tells about it at its end. */
export interface KeptKit {
  readonly value: { readonly kitConfirmed: boolean; readonly kit?: string; readonly recoveryKey?: string };
  readonly lines: readonly string[];
}

/**
 * Takes care of a new recovery kit and of the session that came with it: the kit goes into its file, or is shown and
 * asked to be confirmed on a terminal.
 */
export async function keepKit(
  context: CommandContext,
  api: ApiClient,
  made: SignUpReply,
  file: ReservedFile | undefined,
): Promise<KeptKit> {
  // In this order: the recovery key exists nowhere else, a session can always be had again.
  await file?.write(made.recoveryKit);
  await context.sessions.save({
    url: api.url,
    token: made.token,
    email: made.account.email,
    deviceToken: made.deviceToken,
  });
  if (!context.terminal.json && file === undefined) show(context, made);
  const kitConfirmed = file !== undefined || (await confirmsOnTerminal(context, made.recoveryKey));
  if (kitConfirmed) await (await context.signedInAt(api.url)).post('/account/kit/confirm');
  return {
    value: { kitConfirmed, ...(file ? { kit: file.path } : { recoveryKey: made.recoveryKey }) },
    lines: [
      ...(file ? [`The recovery kit is in ${quoted(file.path)}. Move it away from this computer.`] : []),
      ...(kitConfirmed
        ? []
        : [context.terminal.styles.attention('The recovery kit is not confirmed: make sure that you have kept it.')]),
    ],
  };
}

function show({ terminal }: CommandContext, { recoveryKit }: SignUpReply): void {
  // On stderr, and also with --quiet: it is shown this once and never again.
  for (const line of recoveryKit.trimEnd().split('\n')) terminal.warn(visible(line));
  terminal.warn('');
}

async function confirmsOnTerminal({ prompts, terminal }: CommandContext, recoveryKey: string): Promise<boolean> {
  if (!prompts.interactive || terminal.json) return false;
  const expected = recoveryKey.slice(-CHECK_CHARACTERS).toUpperCase();
  for (let tries = 0; tries < 3; tries += 1) {
    const typed = await prompts.line(
      `Keep the kit above now, then type the last ${CHECK_CHARACTERS} characters of the recovery key (empty: later)`,
    );
    if (typed.toUpperCase() === expected) return true;
    if (typed === '') return false;
    terminal.warn('That is not how the recovery key ends. Look at its last line.');
  }
  return false;
}
