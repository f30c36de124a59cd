import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { CommandContext, CommandInput } from '../../base/commands/command.ts';
import { settingsOf } from '../../base/settings.ts';
import { hostSettings } from '../settings.ts';
import { importResult } from './import-result.ts';
import type { LocalHost } from './local-host.ts';

test('what is no file is refused at once, and a pipe that nobody writes into is not waited for', async (context) => {
  const folder = mkdtempSync(join(tmpdir(), 'import-'));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  execFileSync('mkfifo', [join(folder, 'pipe')]);
  mkdirSync(join(folder, 'folder'));
  // It is read before anything else is asked.
  const [here, local] = [
    { workingFolder: folder } as CommandContext,
    { settings: settingsOf(hostSettings) } as LocalHost,
  ];
  for (const name of ['pipe', 'folder', 'none']) {
    const imported = importResult(here, {} as CommandInput, local, name);
    await assert.rejects(imported, { code: 'host_result_unreadable' }, name);
  }
});
