/** What discover says to people. */
import type { Cell, Terminal } from '../../base/commands/command.ts';
import { count, formatDuration } from '../../base/text/quantities.ts';
import type { DiscoveredName, Discovery, Holder } from '../discovering/discover.ts';
import { nameRisks, type NameRisk } from '../discovering/name-risk.ts';

/** Of each kind; `--json` has all. */
const SHOWN = 20;

const WHOSE: Readonly<Record<Holder, string>> = {
  ours: 'yours',
  others: 'somebody else’s',
  nobody: 'nobody’s',
  unknown: 'could not tell',
};
const RISK_STYLES = { high: 'danger', medium: 'attention', low: 'good' } as const;

export function discoveryLines(terminal: Terminal, discovery: Discovery, tookMs: number): readonly string[] {
  const { found, own, names, shapes } = discovery;
  const groups = [
    found.filter(({ tries, holder }) => tries === null && holder === 'others'),
    found.filter(({ holder, isListed }) => holder === 'ours' && isListed === true),
    found.filter(({ tries, holder }) => tries !== null && holder === 'others'),
    found.filter(({ tries, holder }) => tries === null && holder === 'nobody'),
    found.filter(({ tries, holder }) => tries !== null && holder === 'nobody'),
  ];
  const rated = own
    .filter(({ tries, reserved }) => tries !== null && !reserved)
    .toSorted((one, other) => (one.tries ?? 0) - (other.tries ?? 0));
  return [
    ...(names.length === 0
      ? ['No name of your organisation is known: give it with --name or --domain.']
      : [`Names of yours: ${names.join(', ')}.`]),
    ...(shapes[0]
      ? [terminal.styles.faint(`Most of your buckets are called ${shapes[0].shape} (${shapes[0].names}).`)]
      : []),
    '',
    ...foundTable(
      terminal,
      groups.flatMap((group) => group.slice(0, SHOWN)),
    ),
    ...(rated.length === 0
      ? []
      : [
          '',
          ...terminal.table(
            [
              { title: 'Risk' },
              { title: 'Your bucket', cut: true },
              { title: 'Found after', align: 'right' },
              { title: 'Why', cut: true },
            ],
            rated
              .slice(0, SHOWN)
              .map(({ risk, name, tries, why }) => [riskCell(risk), name, count(tries ?? 0, 'try', 'tries'), why]),
          ),
        ]),
    '',
    ...sentences(discovery),
    terminal.styles.faint(`${count(found.length, 'name')} asked for in ${formatDuration(tookMs)}. All of it: --json.`),
  ];
}

function foundTable(terminal: Terminal, found: readonly DiscoveredName[]): readonly string[] {
  if (found.length === 0) return [];
  return terminal.table(
    [
      { title: 'Whose' },
      { title: 'Bucket', cut: true },
      { title: 'Open' },
      { title: 'Guessed', align: 'right' },
      { title: 'Built as', cut: true },
    ],
    found.map(({ name, holder, isListed, tries, by }) => [
      whoseCell(holder, tries === null),
      name,
      openCell(isListed, holder),
      tries === null ? 'by account' : String(tries),
      by,
    ]),
  );
}

function whoseCell(holder: Holder, isOfService: boolean): Cell {
  const text = WHOSE[holder];
  if (holder === 'ours') return { text, style: 'good' };
  return { text, style: holder === 'others' && isOfService ? 'danger' : 'attention' };
}

function openCell(isListed: boolean | null, holder: Holder): Cell {
  if (isListed === true) return { text: 'to everyone', style: holder === 'ours' ? 'danger' : 'attention' };
  return isListed === null ? '?' : '';
}

function riskCell(risk: NameRisk): Cell {
  return { text: risk, style: RISK_STYLES[risk] };
}

function sentences({ found, own }: Discovery): readonly string[] {
  const many = (test: (each: DiscoveredName) => boolean) => found.filter(test).length;
  const taken = many(({ tries, holder }) => tries === null && holder === 'others');
  const free = many(({ tries, holder }) => tries === null && holder === 'nobody');
  const listed = found.filter(({ holder, isListed }) => holder === 'ours' && isListed === true).map(({ name }) => name);
  const unknown = many(({ holder }) => holder === 'unknown');
  const risks = nameRisks.map((risk) => `${own.filter((each) => each.risk === risk && !each.reserved).length} ${risk}`);
  const reserved = own.filter((each) => each.reserved).length;
  return [
    `Guessed names: ${many(({ holder }) => holder === 'ours')} are yours, ${many(({ holder }) => holder === 'others')} somebody else’s, ${many(({ holder }) => holder === 'nobody')} nobody’s.`,
    ...(taken > 0
      ? [
          `${count(taken, 'name')} that a service of AWS would use for your account ${taken === 1 ? 'is' : 'are'} held by somebody else: do not use the service there.`,
        ]
      : []),
    ...(free > 0
      ? [
          `${count(free, 'name')} that services would use ${free === 1 ? 'is' : 'are'} free: make ${free === 1 ? 'it' : 'them'} yours where you use the service.`,
        ]
      : []),
    ...(listed.length > 0
      ? [
          `Open to everyone: ${listed.slice(0, 5).join(', ')}${listed.length > 5 ? ', …' : ''}. See why: holdfast buckets audit --bucket ${listed[0]}`,
        ]
      : []),
    ...(unknown > 0 ? [`Of ${count(unknown, 'name')} nobody can say.`] : []),
    ...(own.length > 0
      ? [
          `Risk of being guessed, of your own names: ${risks.join(', ')}${reserved > 0 ? `; ${reserved} in the namespace of your account, which nobody else can take` : ''}.`,
        ]
      : []),
  ];
}
