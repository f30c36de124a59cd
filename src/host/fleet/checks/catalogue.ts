/** The checks of this release, as the fleet goes by them: what a host says of them counts less. */
import type { Severity } from '../../../findings/index.ts';
import { shippedChecks } from '../../checks/load.ts';
import type { LastCheck } from '../../records.ts';
import { figuresOf, POINTS } from '../../scanning/hardening.ts';
import type { Script } from '../../running/run-check.ts';
import { platforms } from '../report-schema.ts';

/** By id. */
export type Catalogue = ReadonlyMap<string, Script>;

/** Throws `host_scripts_changed`. */
export function shippedCatalogue(): Catalogue {
  const all = platforms.flatMap((platform) => shippedChecks(platform));
  return new Map(all.map((script) => [script.header.id, script]));
}

export interface NamedCheck {
  readonly title: string;
  readonly severity: Severity;
}

/** What is known of a check; one that nobody knows is called by its id and weighs nothing. */
export function namedCheck(catalogue: Catalogue, id: string, own: NamedCheck | null): NamedCheck {
  return catalogue.get(id)?.header ?? own ?? { title: id, severity: 'info' };
}

/** The hardening index and the coverage of these checks, as scanning/hardening.ts reckons them. */
export function figuresOfChecks(catalogue: Catalogue, checks: readonly Pick<LastCheck, 'id' | 'own' | 'outcome'>[]) {
  const scored = checks.map(({ id, own, outcome }) => ({
    outcome,
    points: POINTS[namedCheck(catalogue, id, own).severity],
  }));
  return figuresOf(scored);
}
