import type { Command, CommandContext } from '../../base/commands/command.ts';
import { commandErrors } from '../../base/commands/errors.ts';
import { formatDuration } from '../../base/text/quantities.ts';
import { version } from '../../base/version.ts';
import { visible } from '../../base/text/visible.ts';
import { exitCodeOf, failOnFrom, failOnOptions, severityCell } from '../../findings/commands.ts';
import { findingId, formats, observedView, type Observation } from '../../findings/index.ts';
import { renderScan } from '../scanning/render-scan.ts';
import {
  changeLine,
  countsLine,
  UNTESTED_LINE,
  hardeningLine,
  isBad,
  sectionsOf,
  slowest,
  systemLine,
  unseenOf,
} from '../scanning/report.ts';
import { scanHost, type HostScan } from '../scanning/scan.ts';
import type { Script } from '../running/run-check.ts';
import { checkOptions, checksFrom, platformFrom } from './choose-checks.ts';
import { listChecks } from './list-checks.ts';
import { needKnownPlatform } from './need-linux.ts';
import { formatFrom } from './format-option.ts';
import { keepScan, type KeptScan } from './keep-scan.ts';
import { SOURCE } from './record-scan.ts';
import { stateFolderFrom, stateOption, type LocalHost, type OpenLocalHost } from './local-host.ts';
import { writeBundle } from './write-bundle.ts';

export const scanCommand = (openLocal: OpenLocalHost): Command => ({
  path: ['host', 'scan'],
  summary: 'What is set up wrong on this computer, and what somebody may have left on it',
  description:
    'Reads and changes nothing. Run it as root to see everything; without, it says what it could not look at. Findings are kept\non this computer, and sent to the server you are signed in at.',
  examples: [
    { run: 'sudo holdfast host scan', does: 'Every check' },
    { run: "holdfast host scan --check 'SSH-*' --check FW-01", does: 'Some of them, without root' },
    { run: 'sudo holdfast host scan --format html > host.html', does: 'A report' },
    { run: 'holdfast host scan --list-checks', does: 'What is looked at' },
    { run: 'holdfast host scan --bundle scan.tar.gz', does: 'An archive that does the same on a host without Node' },
  ],
  options: [
    ...checkOptions,
    { name: 'list-checks', about: 'Show the checks and look at nothing' },
    { name: 'platform', value: 'P', about: 'With --list-checks or --bundle: for linux or windows' },
    { name: 'remember', about: 'Take what is there now (keys, rules, jobs, routes) as known' },
    { name: 'format', value: 'F', about: `${formats.join(', ')}: to standard output instead of the text` },
    {
      name: 'bundle',
      value: 'FILE',
      about: 'Look at nothing; write an archive for a host without Node: .tar.gz, or .zip for windows',
    },
    { name: 'times', about: 'Also show what took longest' },
    ...failOnOptions(),
    stateOption,
  ],
  async run(context, input) {
    const asked = platformFrom(input.text('platform'));
    if (input.flag('list-checks')) return listChecks(context, checksFrom(context, input, asked));
    const file = input.text('bundle');
    if (file !== undefined) {
      const platform = asked ?? 'linux';
      await using local = await openLocal(stateFolderFrom(context, input));
      return await writeBundle(context, { file, platform }, checksFrom(context, input, platform), local.settings);
    }
    if (asked !== undefined) {
      const detail = '--platform goes with --list-checks or --bundle; a scan is of the computer it runs on';
      throw commandErrors('usage_invalid', { detail });
    }
    const scripts = checksFrom(context, input);
    const format = formatFrom(input);
    const failOn = failOnFrom(input);
    needKnownPlatform();
    await using local = await openLocal(stateFolderFrom(context, input));
    const scan = await look(context, local, scripts, input.flag('remember'));
    const { observations, known, since, hardening } = await keepScan(context, local, scan, { atMs: context.clock() });
    const views = observations.map((each) => observedView(each, known, { source: SOURCE, atMs: context.clock() }));
    if (format !== null) {
      await context.terminal.write(
        bytes(renderScan({ system: scan.system, observations, hardening, since, views }, format, made(context))),
      );
    } else {
      const value = {
        system: scan.system,
        tookMs: Math.round(scan.tookMs),
        hardening,
        since,
        probes: scan.probes,
        findings: observations.map((each) => ({ findingId: findingId(each), ...each })),
      };
      context.terminal.show(value, () => [
        ...lines(context, { scan, observations, known, since, hardening }),
        ...(input.flag('times')
          ? slowest(scan, 12).map((each) => `${each.name.padEnd(12)} ${formatDuration(each.tookMs)}`)
          : []),
      ]);
    }
    return exitCodeOf(
      views.filter(({ state }) => state === 'open'),
      failOn,
    );
  },
});

function made(context: CommandContext) {
  return { atMs: context.clock(), version };
}

async function look(
  { terminal, signal }: CommandContext,
  { files, settings, windows }: LocalHost,
  scripts: readonly Script[],
  remember: boolean,
): Promise<HostScan> {
  using progress = terminal.progress({ verb: 'Looking', totalBytes: 0, totalFiles: scripts.length, unit: 'check' });
  const onCheck = ({ header }: Script): void => progress.file(header.title);
  return await scanHost(scripts, {
    root: '',
    files,
    settings,
    ...(windows ? { windows } : {}),
    signal,
    remember,
    onCheck,
  });
}

type Shown = KeptScan & { readonly scan: HostScan };

const MOST_OF_A_CHECK = 10;

function lines(
  { terminal: { styles } }: CommandContext,
  { scan, observations, known, hardening, since }: Shown,
): readonly string[] {
  const sections = sectionsOf(observations, known);
  const marked = (severity: Observation['severity']): string => {
    const cell = severityCell(severity, 'fail');
    return typeof cell === 'string' ? cell.padEnd(8) : styles[cell.style](cell.text.padEnd(8));
  };
  const { hostname } = scan.system;
  const unseen = unseenOf(observations);
  const isTested = scan.checks.every(({ script }) => script.header.isTested);
  return [
    styles.strong(visible(systemLine(scan.system))),
    ...(isTested ? [] : [styles.attention(UNTESTED_LINE)]),
    '',
    ...sections.flatMap(({ title, wrong }) => [
      styles.strong(title),
      ...[...Map.groupBy(wrong, ({ check, severity }) => `${severity} ${check}`).values()].flatMap((own) => {
        const [first] = own;
        if (!first) return [];
        return [
          `  ${marked(first.severity)}  ${first.check}  ${visible(first.title)}`,
          // What is to be done can differ from one to the next.
          ...[...Map.groupBy(own.slice(0, MOST_OF_A_CHECK), ({ remedy }) => remedy)].flatMap(([remedy, alike]) => [
            ...alike.map(
              ({ resource, evidence }) => `            ${seen(resource.name, hostname, evidence[0]?.value ?? '')}`,
            ),
            `            ${styles.faint(`To do: ${visible(remedy)}`)}`,
          ]),
          ...(own.length > MOST_OF_A_CHECK
            ? [
                `            ${styles.faint(`and ${own.length - MOST_OF_A_CHECK} more: holdfast findings list --check ${first.check}`)}`,
              ]
            : []),
        ];
      }),
      '',
    ]),
    ...(unseen.length > 0
      ? [
          styles.strong('What could not be looked at'),
          ...unseen.map(({ why, checks }) => `  ${styles.attention(visible(why))}: ${checks.join(', ')}`),
          '',
        ]
      : []),
    ...since.changes.map((each) => `  ${visible(changeLine(each))}`),
    styles[isBad(sections) ? 'danger' : 'strong'](hardeningLine(hardening, since.index)),
    `${countsLine(hardening)} ${styles.faint(`Looked at in ${formatDuration(scan.tookMs)}.`)}`,
  ];
}

/** `/etc/shadow: it is 0666`, without the host that everything here is about. */
function seen(name: string, hostname: string, evidence: string): string {
  const own = name.startsWith(`${hostname} `) ? name.slice(hostname.length + 1) : name;
  return visible(own === hostname || own === '' ? evidence : evidence === '' ? own : `${own}: ${evidence}`);
}

async function* bytes(pieces: AsyncIterable<string>): AsyncGenerator<Uint8Array> {
  for await (const piece of pieces) yield Buffer.from(piece);
}
