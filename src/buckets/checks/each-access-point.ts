import type { AccessPoint, BucketFacts } from '../facts/bucket-facts.ts';
import { whyUnread, type Fact } from '../facts/fact.ts';
import { fail, judge, notApplicable, pass, seen, unknown, type Judgement } from './judge.ts';

/** Judges every access point: `null` is right, a text says what is wrong, a fact that is not known is unknown. */
export function judgePoints(
  { accessPoints }: BucketFacts,
  wrong: (point: AccessPoint) => string | null | Extract<Fact<unknown>, { known: false }>,
): Judgement {
  return judge(accessPoints, 'Access points', (points) => {
    if (points.length === 0) return notApplicable('the bucket has no access point');
    const judged = points.map((point) => [point.name, wrong(point)] as const);
    const bad = judged.flatMap(([name, what]) => (typeof what === 'string' ? [seen(name, what)] : []));
    if (bad.length > 0) return fail(...bad.slice(0, 16));
    const unread = judged.flatMap(([name, what]) =>
      what !== null && typeof what === 'object' ? [seen(name, whyUnread(what))] : [],
    );
    return unread.length > 0 ? unknown(...unread.slice(0, 16)) : pass();
  });
}
