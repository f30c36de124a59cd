/** Writes the archive for a host without Node. */
import { createHash } from 'node:crypto';
import { open, rm } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import type { CommandContext } from '../../base/commands/command.ts';
import { commandErrors } from '../../base/commands/errors.ts';
import { count, formatBytes } from '../../base/text/quantities.ts';
import { version } from '../../base/version.ts';
import { bundleArchive } from '../bundle/archive.ts';
import { hostErrors } from '../errors.ts';
import type { Script } from '../running/run-check.ts';
import type { HostSettings } from '../settings.ts';
import type { HostPlatform } from '../system/platform.ts';

/** Throws `host_bundle_exists`, `host_bundle_impossible` and `usage_invalid`. */
export async function writeBundle(
  context: CommandContext,
  { file, platform }: { readonly file: string; readonly platform: HostPlatform },
  checks: readonly Script[],
  settings: HostSettings,
): Promise<void> {
  const { ending, lines } = WAYS[platform];
  if (!file.endsWith(ending)) {
    throw commandErrors('usage_invalid', { detail: `--bundle ${file}: its name must end in ${ending}` });
  }
  const path = resolve(context.workingFolder, file);
  const bytes = bundleArchive(checks, platform, { version, settings });
  await writeNew(path, bytes);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const ids = checks.map(({ header }) => header.id);
  context.terminal.show({ path, platform, bytes: bytes.length, sha256, checks: ids }, () => [
    `${path}: ${count(checks.length, 'check')}, ${formatBytes(bytes.length)}, SHA-256 ${sha256}`,
    ...lines(basename(path)),
    'Here, with the file that it names:',
    '  holdfast host report --import FILE > host.html',
  ]);
}

const WAYS: {
  readonly [P in HostPlatform]: { readonly ending: string; readonly lines: (name: string) => readonly string[] };
} = {
  linux: {
    ending: '.tar.gz',
    // Unpacked by who calls sudo, it would be theirs, and is not run with the rights of root.
    lines: (name) => [
      'On the host:',
      `  sudo tar xzf ${name} -C /root && sudo bash /root/holdfast-scan/holdfast-scan.sh`,
    ],
  },
  windows: {
    ending: '.zip',
    lines: (name) => [
      'On the host, in a folder that nobody else can write:',
      `  Expand-Archive ${name} .`,
      '  powershell -NoProfile -ExecutionPolicy Bypass -File holdfast-scan\\holdfast-scan.ps1',
    ],
  },
};

async function writeNew(path: string, bytes: Uint8Array): Promise<void> {
  const attempted = `Write ${path}`;
  try {
    await using file = await open(path, 'wx', 0o644);
    try {
      await file.writeFile(bytes);
    } catch (error) {
      await rm(path, { force: true });
      throw error;
    }
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'EEXIST')
      throw hostErrors('host_bundle_exists', { attempted, cause });
    throw hostErrors('host_bundle_impossible', { attempted, detail: (cause as Error).message, cause });
  }
}
