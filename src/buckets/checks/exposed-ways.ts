/** The ways into a bucket that the checks of exposure have in common. */
import type { Evidence } from '../../findings/index.ts';
import { exposureVerdicts, type Ability, type Exposure, type ExposureVerdict, type Way } from '../exposure/ways.ts';
import type { Probe } from '../exposure/anonymous-probe.ts';
import type { BucketSubject } from './check.ts';
import { fail, pass, seen, unknown, type Judgement } from './judge.ts';

/** As much as a person reads; the rest is counted. */
const SHOWN = 8;

export function openWays({ ways }: Exposure, abilities: readonly Ability[]): readonly Way[] {
  return ways.filter(
    ({ level, stoppedBy, abilities: has }) =>
      level === 'public' && stoppedBy.length === 0 && has.some((ability) => abilities.includes(ability)),
  );
}

/** Fails with the proof when strangers have one of the abilities; unknown when what was not read could give it. */
export function judgeAbilities(
  { exposure, probe }: Pick<BucketSubject, 'exposure' | 'probe'>,
  able: readonly Ability[],
  atLeast: ExposureVerdict,
): Judgement {
  const ways = openWays(exposure, able);
  const got = requestsLetIn(probe, able);
  if (ways.length + got.length > 0) return fail(...evidenceOf(ways), ...got);
  return unlessUnknown(exposure, atLeast, pass());
}

/** What a stranger asked for and was given. Whoever is told that a name is not there may see names. */
function requestsLetIn(probe: Probe | null, able: readonly Ability[]): readonly Evidence[] {
  const requests = probe?.requests ?? [];
  const letIn = requests.filter(({ outcome, ability }) => outcome === 'let-in' && able.includes(ability));
  const absent = able.includes('list') ? requests.filter(({ outcome }) => outcome === 'absent').slice(0, 1) : [];
  return [...letIn, ...absent]
    .slice(0, SHOWN)
    .map(({ method, url, why }) => seen('Asked without credentials', `${method} ${url}: ${why}`));
}

/** `otherwise`, unless something that could not be read could make it as bad as `atLeast`. */
export function unlessUnknown(exposure: Exposure, atLeast: ExposureVerdict, otherwise: Judgement): Judgement {
  const hidden = exposure.unknowns.filter(
    ({ couldBe }) => exposureVerdicts.indexOf(couldBe) <= exposureVerdicts.indexOf(atLeast),
  );
  return hidden.length > 0 ? unknown(...hidden.map(({ part, reason }) => seen(part, reason))) : otherwise;
}

export function evidenceOf(ways: readonly Way[]): readonly Evidence[] {
  const shown = ways
    .slice(0, SHOWN)
    .flatMap((way): Evidence[] => [
      seen(sourceOf(way), way.explanation),
      ...(way.takenAway.length > 0 ? [seen('Taken away', way.takenAway.join(' '))] : []),
      ...(way.request === null ? [] : [seen('Request that gets in', way.request.command)]),
    ]);
  return ways.length > SHOWN ? [...shown, seen('More ways', String(ways.length - SHOWN))] : shown;
}

/** `Statement 2 “PublicRead” of the policy`, `Grant READ to AllUsers`. */
function sourceOf({ from, statement, grant, through }: Way): string {
  if (statement) {
    const sid = statement.sid === null ? '' : ` “${statement.sid}”`;
    const of = from === 'access-point' ? `access point ${through ?? ''}` : 'policy';
    return `Statement ${statement.index + 1}${sid} of the ${of}`.slice(0, 128);
  }
  const to = grant?.grantee.id.split('/').at(-1) ?? '';
  return `Grant ${grant?.permission ?? ''} to ${to}${through === null ? '' : ` on ${through}`}`.slice(0, 128);
}
