/** What a workspace in AWS costs, at the prices of us-east-1 in 2026: shown before anything is made. */

export interface Cost {
  readonly part: string;
  /** US dollars; `null`: by use, or not known here. */
  readonly monthly: number | null;
  readonly about: string;
}

export interface Priced {
  readonly instanceType: string;
  readonly diskGiB: number;
  readonly hasGuard: boolean;
  /** The Region of the second copies; `null`: that of the instance. */
  readonly copiesRegion: string | null;
}

/** US dollars an hour, on demand, Linux. */
const HOURLY: Readonly<Record<string, number>> = {
  't4g.micro': 0.0084,
  't4g.small': 0.0168,
  't4g.medium': 0.0336,
  't4g.large': 0.0672,
  't3.micro': 0.0104,
  't3.small': 0.0208,
  't3.medium': 0.0416,
  't3.large': 0.0832,
  'm7g.medium': 0.0408,
  'm7g.large': 0.0816,
  'm7i.large': 0.1008,
};
export const PRICED_TYPES: readonly string[] = Object.keys(HOURLY);

const HOURS = 730;
/** The system's own disk. */
const ROOT_GIB = 8;
const GIB_MONTH = 0.08;
const ADDRESS_HOURLY = 0.005;
/** Detailed monitoring: seven metrics of an instance. */
const MONITORING = 2.1;
/** Of the guard of buckets in a small account: its key, seven alarms, and queues that are read all the time (docs/guard.md). */
const GUARD = 2;

export function costsOf({ instanceType, diskGiB, hasGuard, copiesRegion }: Priced): readonly Cost[] {
  const hourly = HOURLY[instanceType];
  return [
    {
      part: `The instance, ${instanceType}`,
      monthly: hourly === undefined ? null : hourly * HOURS,
      about: hourly === undefined ? 'its price is not known here: look it up' : 'on demand; a savings plan takes less',
    },
    { part: 'Its public address', monthly: ADDRESS_HOURLY * HOURS, about: '' },
    { part: `Disks, ${ROOT_GIB} and ${diskGiB} GiB`, monthly: (ROOT_GIB + diskGiB) * GIB_MONTH, about: '' },
    { part: 'The key', monthly: 1, about: 'and $0.03 for 10,000 requests' },
    { part: 'Detailed monitoring', monthly: MONITORING, about: 'so that a failure is seen within minutes' },
    { part: 'Two alarms', monthly: 0.2, about: 'the first ten of an account are free' },
    {
      part: 'Objects and second copies',
      monthly: null,
      about: '$0.046 a month for each GB of files: it is stored twice',
    },
    {
      part: 'Records',
      monthly: null,
      about: '$0.625 for a million writes, $0.125 for a million reads; $0.45 for each GB with its recovery',
    },
    { part: 'What people download', monthly: null, about: '$0.09 for each GB, after 100 GB a month' },
    ...(copiesRegion === null
      ? []
      : [
          {
            part: `Second copies in ${copiesRegion}`,
            monthly: null,
            about: '$0.02 for each GB on its way there; storage at the price of that Region',
          },
        ]),
    hasGuard
      ? { part: 'The guard of buckets', monthly: GUARD, about: 'its key, alarms and queues, in a small account' }
      : { part: 'A guard of buckets', monthly: null, about: `about $${GUARD}, where you want one: --guard` },
  ];
}

/** Of what is known. */
export function sumOf(costs: readonly Cost[]): number {
  return costs.reduce((sum, { monthly }) => sum + (monthly ?? 0), 0);
}
