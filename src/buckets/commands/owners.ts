/** The map that says who owns which bucket, as the command line gives it. */
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { CommandContext, CommandInput, CommandOption } from '../../base/commands/command.ts';
import { commandErrors } from '../../base/commands/errors.ts';

export const ownersFileOption: CommandOption = {
  name: 'owners-file',
  value: 'FILE',
  about: 'The same from a file, one a line; bucket:NAME=ADDRESS for a bucket without the tag',
};

/** `most`: characters. `undefined`: neither --owners nor --owners-file is there. Throws `usage_invalid`. */
export async function ownersFrom(
  { workingFolder }: CommandContext,
  input: CommandInput,
  most: { readonly characters: number; readonly why: string },
): Promise<string | undefined> {
  const file = input.text('owners-file');
  const given = input.text('owners');
  if (file === undefined) return given;
  if (given !== undefined) {
    throw commandErrors('usage_invalid', { detail: '--owners and --owners-file say the same: give one of them' });
  }
  const text = await readFile(resolve(workingFolder, file), 'utf8').catch((error: unknown) => {
    throw commandErrors('usage_invalid', { detail: `--owners-file: ${error instanceof Error ? error.message : file}` });
  });
  const entries = text.split('\n').map((line) =>
    line
      .replace(/#.*/, '')
      .replace(/\s*([=;,])\s*/g, '$1')
      .trim(),
  );
  const owners = entries.filter((entry) => entry !== '').join(',');
  if (owners.length <= most.characters) return owners;
  throw commandErrors('usage_invalid', {
    detail: `--owners-file: ${owners.length} characters without comments, at most ${most.characters} ${most.why}; bucket:BEGINNING*=ADDRESS stands for many buckets`,
  });
}
