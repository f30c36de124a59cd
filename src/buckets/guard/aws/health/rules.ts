/** Whether the rules of EventBridge hear all that this release listens for, and hand it to their queues. */
import type * as EventSdk from '@aws-sdk/client-eventbridge';
import { objectEventTypes } from '../../../notices/events/object-event.ts';
import { allCalls, creations, deletions } from '../../calls.ts';
import { broken, clientOptions, closing, putBack, works, type Asked, type Found } from './found.ts';

export interface ExpectedRule {
  readonly part: string;
  readonly name: string;
  /** URLs of the queues that it fills. */
  readonly queues: readonly string[];
  /** What it has to hear: calls as CloudTrail names them, or kinds of events. */
  readonly hears: readonly string[];
}

/** `ids`: what the stack is made of. */
export function expectedRules(ids: Readonly<Record<string, string>>): readonly ExpectedRule[] {
  const idOf = (name: string): string => ids[name] ?? '';
  return [
    {
      ...{ part: 'rule for calls', name: idOf('BucketCalls'), hears: allCalls },
      queues: [idOf('NowQueue'), idOf('GraceQueue')],
    },
    ...(ids['ObjectChanges'] === undefined
      ? []
      : [
          {
            ...{ part: 'rule for objects', name: idOf('ObjectChanges'), hears: objectEventTypes },
            queues: [idOf('ObjectQueue')],
          },
        ]),
    ...(ids['NewBuckets'] === undefined
      ? []
      : [
          {
            ...{ part: 'rule for new buckets', name: idOf('NewBuckets'), hears: [...creations, ...deletions] },
            queues: [idOf('NewBucketQueue')],
          },
        ]),
  ];
}

export async function ruleHealth({ name, queues, hears }: ExpectedRule, asked: Asked): Promise<Found> {
  const { default: sdk } = (await import('@aws-sdk/client-eventbridge')) as unknown as {
    readonly default: typeof EventSdk;
  };
  using client = closing(new sdk.EventBridgeClient(clientOptions(asked)));
  const { State, EventPattern = '{}' } = await client.send(new sdk.DescribeRuleCommand({ Name: name }));
  const { Targets = [] } = await client.send(new sdk.ListTargetsByRuleCommand({ Rule: name }));
  if (State !== 'ENABLED') return broken(`it is ${State}; enable it: aws events enable-rule --name ${name}`);
  const filled = new Set(Targets.map(({ Arn = '' }) => Arn.slice(Arn.lastIndexOf(':') + 1)));
  const empty = queues.map((url) => url.slice(url.lastIndexOf('/') + 1)).filter((queue) => !filled.has(queue));
  if (empty.length > 0) return broken(`it no longer fills ${empty.join(', ')}; ${putBack(asked)}`);
  const heard = new Set(textsIn(JSON.parse(EventPattern)));
  const unheard = hears.filter((each) => !heard.has(each));
  // Of an older release, or changed by hand.
  return unheard.length === 0
    ? works('it is enabled, and fills its queues')
    : broken(`it does not hear ${unheard.join(', ')}; ${putBack(asked)}`);
}

function textsIn(pattern: unknown): readonly string[] {
  if (typeof pattern === 'string') return [pattern];
  return typeof pattern === 'object' && pattern !== null ? Object.values(pattern).flatMap(textsIn) : [];
}
