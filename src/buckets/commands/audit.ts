import type { Cell, Command, CommandContext, CommandInput } from '../../base/commands/command.ts';
import { commandErrors } from '../../base/commands/errors.ts';
import { formatDuration } from '../../base/text/quantities.ts';
import { version } from '../../base/version.ts';
import { formats, isProblem, type Format } from '../../findings/index.ts';
import { exitCodeOf, failOnFrom, failOnOptions, severityCell } from '../../findings/commands.ts';
import type { Audit } from '../auditing/audit.ts';
import { verdictWords, isPublic } from '../auditing/exposure-words.ts';
import { decidedFindingsIn, knownFindingsIn } from '../auditing/known-findings.ts';
import { renderAudits } from '../auditing/render-audit.ts';
import {
  bucketLines,
  exposureCounts,
  isBad,
  isDecided,
  missingOf,
  sentenceOf,
  type BucketLine,
  type KnownFindings,
} from '../auditing/report.ts';
import { observationsOf } from '../auditing/record.ts';
import type { AbilityWord } from '../facts/abilities.ts';
import { auditPlace, probePlace } from './audit-place.ts';
import { checkOptions, checksFrom, sampleFrom, sampleOption } from './choose-checks.ts';
import type { OpenLocalGuard } from './guard.ts';
import { listChecks } from './list-checks.ts';
import { placeOptions, placesFrom, stateFolderFrom, type ChosenPlace } from './where.ts';

export const auditCommand = (openLocal: OpenLocalGuard): Command => ({
  path: ['buckets', 'audit'],
  summary: 'Who gets into your buckets and why, and what else is wrong with them',
  description:
    'Reads with your own rights and changes nothing. Findings and what the store said are kept on this computer, and sent to the\nserver you are signed in at. What could not be read is told as not looked at, never as safe.',
  examples: [
    { run: 'holdfast buckets audit', does: 'Every bucket of the account of your AWS configuration' },
    { run: 'holdfast buckets audit --endpoint https://s3.example.org', does: 'Of another store that speaks S3' },
    { run: 'holdfast buckets audit --compliance "CIS AWS 5.0" --format html > buckets.html', does: 'A report' },
    { run: 'holdfast buckets audit --list-checks', does: 'What is looked at' },
  ],
  options: [
    { name: 'bucket', value: 'PATTERN', many: true, about: 'Only these buckets; * stands for anything' },
    { name: 'region', value: 'REGION', many: true, about: 'Only buckets of these Regions' },
    sampleOption,
    ...checkOptions,
    { name: 'probe', about: 'Also ask each bucket as a stranger would, without credentials; only reads' },
    {
      name: 'references',
      value: 'PATH',
      many: true,
      about: 'Files and folders, such as templates and code, that may name buckets',
    },
    { name: 'probe-writes', about: 'Try on a bucket made for it whether the store does what it is told' },
    { name: 'list-checks', about: 'Show the checks and look at nothing' },
    { name: 'format', value: 'F', about: `${formats.join(', ')}: to standard output instead of the table` },
    ...failOnOptions(),
    ...placeOptions,
  ],
  async run(context, input) {
    const checks = checksFrom(input);
    if (input.flag('list-checks')) return listChecks(context, checks);
    const format = formatFrom(input);
    const failOn = failOnFrom(input);
    const places = placesFrom(input);
    const references = input.list('references');
    refuseReferences(references, places, input);
    const objects = sampleFrom(input, checks);
    await using guard = await openLocal(stateFolderFrom(context, input));
    const sample = objects === 'usual' ? guard.settings.bucketsSampled : objects;
    const request = { checks, buckets: input.list('bucket'), regions: input.list('region'), sample };
    const before = context.clock();
    const audits: Audit[] = [];
    if (input.flag('probe-writes')) for (const place of places) await probePlace(guard, place);
    for (const place of places)
      audits.push(await auditPlace(context, guard, { ...place, references, probe: input.flag('probe') }, request));
    // A file tells of each finding since when it is known; else it matters only what somebody decided.
    const known = await (format === null ? decidedFindingsIn(guard.findings) : knownFindingsIn(guard.findings));
    await show(context, { audits, known, format, tookMs: context.clock() - before });
    // Whoever named it wants to hear of it, and a pipeline that looks at nothing is not to pass.
    if (missingOf(request.buckets, audits).length > 0) return 3;
    return exitCodeOf(
      audits.flatMap((audit) =>
        observationsOf(audit).filter((each) => isProblem(each.verdict) && !isDecided(each, known)),
      ),
      failOn,
    );
  },
});

/** What files name is looked up as one account sees it, together with what all of its buckets are. */
function refuseReferences(references: readonly string[], places: readonly ChosenPlace[], input: CommandInput): void {
  const isPart = input.list('bucket').length + input.list('region').length > 0;
  const isAws = places[0]?.endpoint === null;
  if (references.length === 0 || (places.length === 1 && isAws && !isPart)) return;
  throw commandErrors('usage_invalid', { detail: '--references needs all buckets of one account of AWS' });
}

function formatFrom(input: CommandInput): Format | null {
  const wanted = input.text('format');
  if (wanted === undefined) return null;
  const format = formats.find((each) => each === wanted);
  if (format) return format;
  throw commandErrors('usage_invalid', { detail: `--format is one of ${formats.join(', ')}` });
}

interface Shown {
  readonly audits: readonly Audit[];
  readonly known: KnownFindings;
  readonly format: Format | null;
  readonly tookMs: number;
}

async function show({ terminal, clock }: CommandContext, { audits, known, format, tookMs }: Shown): Promise<void> {
  if (format !== null) {
    await terminal.write(bytes(renderAudits(audits, known, format, { atMs: clock(), version })));
    return;
  }
  const value = {
    audits: audits.map((audit) => ({
      scope: audit.scope,
      complete: audit.complete,
      exposure: exposureCounts(audit),
      gone: audit.gone,
      abilities: audit.abilities,
      buckets: withProof(audit, bucketLines(audit, known)),
      findings: observationsOf(audit),
    })),
  };
  terminal.show(value, () => audits.flatMap((audit) => lines(terminal, audit, known, tookMs)));
}

function withProof({ buckets }: Audit, lines: readonly BucketLine[]): readonly object[] {
  const proofs = new Map(buckets.map(({ facts, exposure, probe }) => [facts.bucket, { exposure, probe }]));
  return lines.map((line) => ({ ...line, ...proofs.get(line.bucket) }));
}

function lines(
  terminal: CommandContext['terminal'],
  audit: Audit,
  known: KnownFindings,
  tookMs: number,
): readonly string[] {
  const { styles } = terminal;
  const found = bucketLines(audit, known);
  const table = terminal.table(
    [
      { title: 'Who gets in' },
      { title: 'Bucket', cut: true },
      { title: 'Region' },
      { title: 'Worst' },
      { title: 'Wrong', align: 'right' },
      { title: 'Not looked at', align: 'right' },
      { title: 'Why', cut: true },
    ],
    found.map(({ bucket, region, verdict, worst, wrong, notLookedAt, why }) => [
      {
        text: verdictWords[verdict],
        style: isPublic(verdict) ? 'danger' : verdict === 'private' ? 'good' : 'attention',
      },
      bucket,
      region ?? '',
      worstCell({ worst, notLookedAt }),
      String(wrong),
      String(notLookedAt),
      why,
    ]),
  );
  const said = sentenceOf(audit);
  return [
    styles.strong(audit.scope),
    ...(found.length > 0 ? [...table, ''] : []),
    ...abilityLines(audit.abilities).map((line) => styles.faint(line)),
    ...audit.accountObservations.flatMap((each) => {
      if (!isProblem(each.verdict) || isDecided(each, known)) return [];
      return [`${each.severity}: ${each.title}${each.verdict === 'unknown' ? ', not looked at' : ''}`];
    }),
    `${isBad(found) ? styles.danger(said) : said} ${styles.faint(`Looked at in ${formatDuration(tookMs)}.`)}`,
  ];
}

/** What was not looked at may be wrong: there is nothing only where all was. */
function worstCell({ worst, notLookedAt }: Pick<BucketLine, 'worst' | 'notLookedAt'>): Cell {
  if (worst !== null) return severityCell(worst, 'fail');
  return notLookedAt > 0 ? 'not known' : 'nothing';
}

const LACKING = [
  ['not_implemented', 'The store does not know'],
  ['silently_ignored', 'The store takes and ignores'],
  ['denied', 'These credentials may not read'],
] as const satisfies readonly (readonly [AbilityWord, string])[];

function abilityLines(abilities: Audit['abilities']): readonly string[] {
  return LACKING.flatMap(([lacking, said]) => {
    const parts = Object.entries(abilities).flatMap(([part, word]) => (word === lacking ? [part] : []));
    return parts.length > 0 ? [`${said}: ${parts.join(', ')}`] : [];
  });
}

async function* bytes(pieces: AsyncIterable<string>): AsyncGenerator<Uint8Array> {
  for await (const piece of pieces) yield Buffer.from(piece);
}
