import { resolve } from 'node:path';
import type { Command } from '../../base/commands/command.ts';
import { checkLines, checksExitCode } from '../terminal/check-lines.ts';
import type { DoctorReport, EntryFunctions, ServeFlags } from '../entry-functions.ts';

export function serverCommands(entry: EntryFunctions): readonly Command[] {
  return [serve(entry), doctor(entry)];
}

const flagOptions = [
  ['data', 'data'],
  ['host', 'host'],
  ['port', 'port'],
  ['tls-cert', 'tlsCert'],
  ['tls-key', 'tlsKey'],
  ['adopt-store', 'adoptStore'],
] as const;

const serve = (entry: EntryFunctions): Command => ({
  path: ['serve'],
  summary: 'Serve the workspace from this computer until Ctrl-C',
  description:
    'Serves http://localhost:8080 from ./data unless told otherwise. Off this computer it serves over TLS or behind a\ntrusted proxy only. All settings are in docs/settings.md; a flag wins over the environment.',
  examples: [
    { run: 'holdfast serve', does: 'On this computer, port 8080, data in ./data' },
    { run: 'holdfast serve --data /srv/holdfast --port 9000', does: 'Another folder and port' },
    {
      run: 'holdfast serve --host 0.0.0.0 --tls-cert cert.pem --tls-key key.pem',
      does: 'For other computers, over TLS',
    },
  ],
  options: [
    { name: 'data', value: 'DIR', about: 'Folder of everything the server keeps (default ./data)' },
    { name: 'host', value: 'H', about: 'Address to listen on (default: this computer only)' },
    { name: 'port', value: 'N', about: 'Port (default 8080)' },
    { name: 'tls-cert', value: 'FILE', about: 'Certificate chain, PEM' },
    { name: 'tls-key', value: 'FILE', about: 'Its private key, PEM' },
    { name: 'adopt-store', value: 'S', about: 'Begin a lost store anew, “primary” or “backup”; once' },
    { name: 'insecure-http', about: 'Serve other computers without TLS; for a lab only' },
  ],
  async run({ signal }, input) {
    const given = flagOptions.flatMap(([option, name]) => {
      const value = input.text(option);
      return value === undefined ? [] : [[name, value] as const];
    });
    const flags: ServeFlags = {
      ...Object.fromEntries(given),
      ...(input.flag('insecure-http') && { insecureHttp: true }),
    };
    await entry.serve(flags, signal);
  },
});

const doctor = (entry: EntryFunctions): Command => ({
  path: ['doctor'],
  summary: 'Check that the workspace is in good health',
  description:
    'Asks the server (admins only), or looks at the data folder of a stopped one with --data. Changes nothing.\nExit code 1 when a check failed.',
  examples: [
    { run: 'holdfast doctor', does: 'Ask the server' },
    { run: 'holdfast doctor --data ./data', does: 'Look at the folder of a stopped server' },
    { run: 'holdfast doctor --json', does: 'For a monitor' },
  ],
  options: [{ name: 'data', value: 'DIR', about: 'Data folder of a stopped server' }],
  async run(context, input) {
    const data = input.text('data');
    const report =
      data === undefined
        ? await (await context.signedIn()).get<DoctorReport>('/doctor')
        : await entry.doctorOffline(resolve(context.workingFolder, data));
    context.terminal.show(report, () => checkLines(report.checks, context.terminal));
    return checksExitCode(report.checks);
  },
});
