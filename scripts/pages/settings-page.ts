/** docs/settings.md, written from the settings in the code. */
import { environmentName, type SettingEntry } from '../../src/base/settings.ts';
import { settingsCatalogues } from './catalogues.ts';
import { CLIENT_VARIABLES, VARIABLES } from './environment.ts';

const FEATURES: Readonly<Record<string, string>> = {
  server: 'The server',
  accounts: 'Accounts',
  files: 'Files',
  audit: 'The audit trail',
  storage: 'Storage',
};

const OPENING = `# Settings

Written by \`npm run docs\` from the code; a test compares. Do not edit by hand.

The server reads its settings from the environment when it starts. A flag of \`holdfast serve\` wins over the variable.
All mistakes are told together, unknown \`HOLDFAST_\` names too, and then the server does not start.

## Places, addresses, keys
`;

const NUMBERS = `## Limits and times

Whole numbers. The defaults suit a team of 2 to 200; outside of the range a value is refused.
`;

const BINARY: readonly [size: number, unit: string][] = [
  [2 ** 40, 'TiB'],
  [2 ** 30, 'GiB'],
  [2 ** 20, 'MiB'],
  [2 ** 10, 'KiB'],
];
const TIMES: readonly [size: number, unit: string][] = [
  [86_400_000, 'days'],
  [3_600_000, 'h'],
  [60_000, 'min'],
  [1000, 's'],
];

/** The number as it is set, and in brackets the way people say it. */
function shown(value: number, unit: SettingEntry['unit']): string {
  const scale = unit === 'ms' ? TIMES : unit === 'count' ? [] : BINARY;
  const base = unit === 'KiB' ? value * 1024 : value;
  const fit = scale.find(([size]) => base >= size && base % size === 0);
  const plain = unit === 'count' ? String(value) : `${value} ${unit}`;
  return fit && base / fit[0] !== value ? `${plain} (${base / fit[0]} ${fit[1]})` : plain;
}

function describe([name, entry]: [string, SettingEntry]): string {
  const { unit, min, max, reason } = entry;
  const range = `${shown(min, unit)} to ${shown(max, unit)}`;
  return `| \`${environmentName(name)}\` | ${shown(entry.default, unit)} | ${range} | ${reason} |`;
}

export async function settingsPage(): Promise<string> {
  const variables = Object.entries(VARIABLES).map(([name, { flag, fallback, meaning }]) => {
    return `| \`${name}\` | ${flag ? `\`${flag}\`` : ''} | ${fallback} | ${meaning} |`;
  });
  const client = Object.entries(CLIENT_VARIABLES).map(([name, meaning]) => `| \`${name}\` | ${meaning} |`);
  const catalogues = await settingsCatalogues();
  const order = Object.keys(FEATURES);
  const numbers = catalogues
    .toSorted((a, b) => order.indexOf(a.feature) - order.indexOf(b.feature))
    .map(({ feature, entries }) =>
      [
        `### ${FEATURES[feature] ?? feature}\n`,
        '| variable | default | range | why |',
        '|---|---|---|---|',
        ...Object.entries(entries).map(describe),
        '',
      ].join('\n'),
    );
  return [
    OPENING,
    '| variable | flag | default | meaning |',
    '|---|---|---|---|',
    ...variables,
    '',
    '## The command line',
    '',
    'Read by every command, not by the server.',
    '',
    '| variable | meaning |',
    '|---|---|',
    ...client,
    '',
    NUMBERS,
    ...numbers,
  ].join('\n');
}
