import { resolve } from 'node:path';
import type { Command } from '../../base/commands/command.ts';
import type { OpenLocalNetwork } from './local-network.ts';

export const archiveKeyCommand = (openLocal: OpenLocalNetwork): Command => ({
  path: ['network', 'archive-key'],
  summary: 'The key that opens archived days of flows, on the computer of the server',
  description:
    'Follows from the workspace key, which has to be readable. Whoever has it opens every archive: let it be on no disk that is not\nencrypted, and remove it when you are done. It is written for age -d -i.',
  examples: [
    { run: 'holdfast network archive-key', does: 'Of the server in ./data, on standard output' },
    {
      run: 'age -d -i archive.key day.jsonl.gz.age | gunzip | grep conn_state',
      does: 'Then: the flows of an archived day, with other programs',
    },
    {
      run: 'sudo holdfast network archive-key --data /var/lib/holdfast > archive.key',
      does: 'For age -d -i archive.key',
    },
  ],
  options: [{ name: 'data', value: 'DIR', about: 'The data folder of the server; default ./data' }],
  async run({ terminal, workingFolder }, input) {
    const { archiveKeys } = await openLocal();
    const keys = await archiveKeys(resolve(workingFolder, input.text('data') ?? 'data'));
    await terminal.write(linesOf(keys));
  },
});

async function* linesOf(keys: readonly string[]): AsyncGenerator<Uint8Array> {
  yield Buffer.from(
    `# Opens archives of flows, by each workspace key that there was\n${keys.map((key) => `${key}\n`).join('')}`,
  );
}
